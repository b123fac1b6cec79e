import { mkdir, rm, writeFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import { type LocalStack, projectRoot } from "../LocalStack.ts"

/** How to use the local cloud with the `aws` command, any SDK and the operator's commands. */
export const connectionHelp = ({ cloud, names }: LocalStack): string => {
  const variables = {
    AWS_ENDPOINT_URL: cloud.endpoint,
    AWS_REGION: cloud.region,
    AWS_DEFAULT_REGION: cloud.region,
    AWS_ACCESS_KEY_ID: cloud.admin.accessKeyId,
    AWS_SECRET_ACCESS_KEY: cloud.admin.secretAccessKey
  }
  return [
    `The local cloud is at ${cloud.endpoint}. To use it, in another terminal:`,
    "",
    ...Object.entries(variables).map(([name, value]) => `  export ${name}=${value}`),
    "",
    ...names.buckets.map(({ physical }) => `  aws s3 ls --recursive s3://${physical}/`),
    ...names.tables.map(({ physical }) => `  aws dynamodb scan --table-name ${physical}`),
    `  npm run etl -- status --local --port ${portOf(cloud.endpoint)}`,
    "",
    "Queues:",
    ...names.queues.map(({ logical, url }) => `  ${logical.padEnd(22)} ${url}`),
    "",
    "Press Ctrl-C to stop the local cloud."
  ].join("\n")
}

const portOf = (endpoint: string) => new URL(endpoint).port

/** One file for each port: several local clouds may be up at once. */
const connectionFile = ({ cloud }: LocalStack): string => join(projectRoot, `.local/dev-${portOf(cloud.endpoint)}.json`)

/**
 * Writes, for the operator's commands, the cloud's endpoint, its administrator's key and the program's outputs to a
 * file that only this user can read.
 */
export const writeConnectionFile = async (stack: LocalStack): Promise<void> => {
  const { endpoint, region, admin } = stack.cloud
  const { accessKeyId, secretAccessKey } = admin
  const clientSettings = { endpoint, region, credentials: { accessKeyId, secretAccessKey } }
  const file = connectionFile(stack)
  await mkdir(dirname(file), { recursive: true })
  // Writing to a file that a killed cloud left would keep that file's permissions.
  await rm(file, { force: true })
  await writeFile(file, `${JSON.stringify({ clientSettings, outputs: stack.program.outputs })}\n`, {
    mode: 0o600,
    flag: "wx"
  })
}

export const removeConnectionFile = (stack: LocalStack): Promise<void> => rm(connectionFile(stack), { force: true })
