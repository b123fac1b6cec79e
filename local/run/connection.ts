import { mkdir, rm, writeFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import { type LocalStack, projectRoot } from "../LocalStack.ts"

/** What a person needs to use the local cloud with the `aws` command or any SDK. */
export const connectionHelp = ({ cloud, names }: LocalStack): string => {
  const variables = {
    AWS_ENDPOINT_URL: cloud.endpoint,
    AWS_REGION: cloud.region,
    AWS_DEFAULT_REGION: cloud.region,
    AWS_ACCESS_KEY_ID: cloud.admin.accessKeyId,
    AWS_SECRET_ACCESS_KEY: cloud.admin.secretAccessKey
  }
  const [bucket] = names.buckets
  const [table] = names.tables
  return [
    `The local cloud is at ${cloud.endpoint}. In another terminal:`,
    "",
    ...Object.entries(variables).map(([name, value]) => `  export ${name}=${value}`),
    "",
    ...(bucket === undefined ? [] : [`  aws s3 ls --recursive s3://${bucket.physical}/`]),
    ...(table === undefined ? [] : [`  aws dynamodb scan --table-name ${table.physical}`]),
    ...names.queues.map(({ logical, url }) => `  ${logical.padEnd(22)} ${url}`),
    "",
    `  npm run etl -- status --local --port ${new URL(cloud.endpoint).port}`,
    "",
    "Ctrl-C ends it."
  ].join("\n")
}

/** A file for each port: several local clouds may be up at once. */
const fileOf = ({ cloud }: LocalStack): string => join(projectRoot, `.local/dev-${new URL(cloud.endpoint).port}.json`)

/**
 * Tells the operator's commands, and no other user of this machine, where the cloud is, the key that may do everything
 * there, and the program's outputs.
 */
export const writeConnectionFile = async (stack: LocalStack): Promise<void> => {
  const { cloud, program } = stack
  const { accessKeyId, secretAccessKey } = cloud.admin
  const site = { endpoint: cloud.endpoint, region: cloud.region, credentials: { accessKeyId, secretAccessKey } }
  const file = fileOf(stack)
  await mkdir(dirname(file), { recursive: true })
  // One that a killed cloud left would keep the permissions it has.
  await rm(file, { force: true })
  await writeFile(file, `${JSON.stringify({ site, outputs: program.outputs })}\n`, { mode: 0o600, flag: "wx" })
}

/** The cloud is going. */
export const removeConnectionFile = (stack: LocalStack): Promise<void> => rm(fileOf(stack), { force: true })
