import type { LocalStack } from "../LocalStack.ts"

/** What a person needs to use the local cloud with the `aws` command or any SDK. */
export const addresses = ({ cloud, names }: LocalStack): string => {
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
