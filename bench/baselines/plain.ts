import type { SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda"

/** What the plain handlers share: environment variables, the partial batch response, logs and metrics. */
export const variable = (name: string): string => {
  const value = process.env[name]
  if (value === undefined) throw new Error(`The environment variable ${name} is missing.`)
  return value
}

export const log = (message: string, fields: object): void => {
  process.stdout.write(
    `${JSON.stringify({ timestamp: new Date().toISOString(), level: "INFO", message, ...fields })}\n`
  )
}

/** One line of CloudWatch's embedded metric format. */
export const metric = (values: Readonly<Record<string, number>>): void => {
  const Metrics = Object.keys(values).map((Name) => ({ Name, Unit: "Count" }))
  const CloudWatchMetrics = [{ Namespace: "ImdbEtl", Dimensions: [["stack"]], Metrics }]
  const line = { _aws: { Timestamp: Date.now(), CloudWatchMetrics }, stack: variable("STACK"), ...values }
  process.stdout.write(`${JSON.stringify(line)}\n`)
}

export const forEachRecord = async (
  { Records }: SQSEvent,
  process: (record: SQSRecord) => Promise<void>
): Promise<SQSBatchResponse> => {
  const results = await Promise.allSettled(Records.map(process))
  return {
    batchItemFailures: Records.filter((_, index) => results[index]?.status === "rejected").map(({ messageId }) => ({
      itemIdentifier: messageId
    }))
  }
}

/** The decoded keys of an S3 notification. */
export const createdKeys = (body: string): ReadonlyArray<{ readonly key: string; readonly sequencer: string }> =>
  (JSON.parse(body).Records ?? []).map(({ s3 }: { s3: { object: { key: string; sequencer: string } } }) => ({
    ...s3.object,
    key: decodeURIComponent(s3.object.key.replaceAll("+", " "))
  }))

export const runDateIn = (key: string): string => /run_date=([^/]+)/.exec(key)?.[1] ?? ""
