import { isList, isRecord, type Shown, type ShownRecord } from "./inputs.ts"

const days = (seconds: Shown | undefined) => `${Number(seconds) / 86_400} days`

const sizeOf = (code: Shown | undefined): string => {
  const file = isRecord(code) ? Object.entries(code).find(([name]) => !name.endsWith(".map"))?.[1] : undefined
  return isRecord(file) ? [`${Math.round(Number(file["bytes"]) / 1000)} KB of code`].join() : "code of its own"
}

/** What a reader wants to know of a resource at a glance; the whole is in the document for machines. */
const facts: Readonly<Record<string, (inputs: ShownRecord) => ReadonlyArray<string>>> = {
  "aws:lambda/function:Function": ({ runtime, architectures, memorySize, timeout, code }) => [
    `${runtime}`,
    `${architectures ?? "x86_64"}`,
    `${memorySize ?? 128} MB`,
    `${timeout ?? 3} s`,
    sizeOf(code)
  ],
  "aws:sqs/queue:Queue": ({ fifoQueue, visibilityTimeoutSeconds, messageRetentionSeconds }) => [
    ...(fifoQueue === true ? ["FIFO"] : []),
    ...(visibilityTimeoutSeconds === undefined ? [] : [`hidden ${visibilityTimeoutSeconds} s once received`]),
    `kept ${days(messageRetentionSeconds ?? 345_600)}`
  ],
  "aws:cloudwatch/logGroup:LogGroup": ({ retentionInDays }) => [
    retentionInDays === undefined ? "kept for ever" : `kept ${retentionInDays} days`
  ],
  "aws:dynamodb/table:Table": ({ hashKey, rangeKey, globalSecondaryIndexes: indexes, billingMode }) => [
    `key ${[hashKey, ...(rangeKey === undefined ? [] : [rangeKey])].join(" + ")}`,
    ...(isList(indexes) ? indexes.map((index) => `index ${isRecord(index) ? index["name"] : index}`) : []),
    billingMode === "PAY_PER_REQUEST" ? "on demand" : "provisioned"
  ],
  "aws:s3/bucketVersioning:BucketVersioning": ({ versioningConfiguration: versioning }) => [
    isRecord(versioning) ? `${versioning["status"]}` : ""
  ]
}

export const factsOf = (type: string, inputs: ShownRecord): string => (facts[type]?.(inputs) ?? []).join(", ")
