/** A list price of AWS. */
export interface Price {
  readonly service: string
  /** The unit, in the plural. */
  readonly what: string
  readonly usd: number
  /** The price is for this many units. */
  readonly per: number
  /** Units a month that are free for the whole account, without a time limit. */
  readonly free?: number
  /** The free quantity is shared by all prices with this name. */
  readonly sharesFree?: string
  readonly source: string
}

/** Recorded without network access, from stored public pages of 2026 and from memory. Verify them at the sources. */
export const pricesAsOf = { on: "2026-11-21", region: "us-east-1" } as const

const million = 1_000_000
const source = (page: string) => `https://aws.amazon.com/${page}/pricing/`

const lambda = { service: "Lambda", source: source("lambda") }
const eventBridge = { service: "EventBridge", source: source("eventbridge") }
const sqs = { service: "SQS", per: million, free: million, sharesFree: "sqsRequests", source: source("sqs") }
const s3 = { service: "S3", source: source("s3") }
const dynamoDb = { service: "DynamoDB", source: `${source("dynamodb")}on-demand/` }
const secretsManager = { service: "Secrets Manager", source: source("secrets-manager") }
const cloudWatch = { service: "CloudWatch", per: 1, source: source("cloudwatch") }
const logs = { ...cloudWatch, free: 5, sharesFree: "logs" }

/** In USD, without tax, credits and the twelve-month free tier of new accounts. */
export const prices = {
  lambdaRequests: { ...lambda, what: "requests", usd: 0.2, per: million, free: million },
  lambdaArm: { ...lambda, what: "GB-seconds (arm64)", usd: 0.0000133334, per: 1, free: 400_000 },
  schedules: { ...eventBridge, what: "schedule invocations", usd: 1, per: million, free: 14 * million },
  sqsStandard: { ...sqs, what: "requests (standard)", usd: 0.4 },
  sqsFifo: { ...sqs, what: "requests (FIFO)", usd: 0.5 },
  s3Writes: { ...s3, what: "PUT and LIST requests", usd: 0.005, per: 1000 },
  s3Reads: { ...s3, what: "GET requests", usd: 0.0004, per: 1000 },
  s3Storage: { ...s3, what: "GB-months stored", usd: 0.023, per: 1 },
  tableWrites: { ...dynamoDb, what: "write request units", usd: 0.625, per: million },
  tableReads: { ...dynamoDb, what: "read request units", usd: 0.125, per: million },
  tableStorage: { ...dynamoDb, what: "GB-months stored", usd: 0.25, per: 1, free: 25 },
  tableBackup: { ...dynamoDb, what: "GB-months of point-in-time recovery", usd: 0.2, per: 1 },
  secrets: { ...secretsManager, what: "secrets", usd: 0.4, per: 1 },
  secretReads: { ...secretsManager, what: "API calls", usd: 0.05, per: 10_000 },
  logBytes: { ...logs, what: "GB of logs ingested", usd: 0.5 },
  logStorage: { ...logs, what: "GB-months of logs", usd: 0.03 },
  alarms: { ...cloudWatch, what: "alarm metrics", usd: 0.1, free: 10 },
  metrics: { ...cloudWatch, what: "custom metrics", usd: 0.3, free: 10 },
  dashboards: { ...cloudWatch, what: "dashboards", usd: 3, free: 3 }
} as const satisfies Readonly<Record<string, Price>>

export type PriceName = keyof typeof prices
