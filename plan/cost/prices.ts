/** What AWS asks for one thing. */
export interface Price {
  readonly service: string
  /** What is counted, in the plural. */
  readonly what: string
  readonly usd: number
  /** For so many. */
  readonly per: number
  /** So many are free each month for the whole account, for as long as it exists. */
  readonly free?: number
  /** Prices that share one free quantity name it; others have their own. */
  readonly sharesFree?: string
  readonly source: string
}

/**
 * Written down where there was no network, from public pages of 2026 about this region and from memory: to be checked at
 * the sources before anything is decided by it.
 */
export const pricesAsOf = { on: "2026-11-21", region: "us-east-1" } as const

const lambda = "https://aws.amazon.com/lambda/pricing/"
const sqs = "https://aws.amazon.com/sqs/pricing/"
const s3 = "https://aws.amazon.com/s3/pricing/"
const dynamoDb = "https://aws.amazon.com/dynamodb/pricing/on-demand/"
const secrets = "https://aws.amazon.com/secrets-manager/pricing/"
const cloudWatch = "https://aws.amazon.com/cloudwatch/pricing/"
const million = 1_000_000

/** List prices in USD without tax. The twelve months' free tier of older accounts and credits are left out. */
export const prices = {
  lambdaRequests: { service: "Lambda", what: "requests", usd: 0.2, per: million, free: million, source: lambda },
  lambdaArm: {
    service: "Lambda",
    what: "GB-seconds (arm64)",
    usd: 0.0000133334,
    per: 1,
    free: 400_000,
    sharesFree: "lambdaSeconds",
    source: lambda
  },
  lambdaX86: {
    service: "Lambda",
    what: "GB-seconds (x86_64)",
    usd: 0.0000166667,
    per: 1,
    free: 400_000,
    sharesFree: "lambdaSeconds",
    source: lambda
  },
  schedules: {
    service: "EventBridge",
    what: "schedule invocations",
    usd: 1,
    per: million,
    free: 14 * million,
    source: "https://aws.amazon.com/eventbridge/pricing/"
  },
  sqsStandard: {
    service: "SQS",
    what: "requests (standard)",
    usd: 0.4,
    per: million,
    free: million,
    sharesFree: "sqsRequests",
    source: sqs
  },
  sqsFifo: {
    service: "SQS",
    what: "requests (FIFO)",
    usd: 0.5,
    per: million,
    free: million,
    sharesFree: "sqsRequests",
    source: sqs
  },
  s3Writes: { service: "S3", what: "PUT and LIST requests", usd: 0.005, per: 1000, source: s3 },
  s3Reads: { service: "S3", what: "GET requests", usd: 0.0004, per: 1000, source: s3 },
  s3Storage: { service: "S3", what: "GB-months stored", usd: 0.023, per: 1, source: s3 },
  tableWrites: { service: "DynamoDB", what: "write request units", usd: 0.625, per: million, source: dynamoDb },
  tableReads: { service: "DynamoDB", what: "read request units", usd: 0.125, per: million, source: dynamoDb },
  tableStorage: { service: "DynamoDB", what: "GB-months stored", usd: 0.25, per: 1, free: 25, source: dynamoDb },
  tableBackup: { service: "DynamoDB", what: "GB-months of recovery", usd: 0.2, per: 1, source: dynamoDb },
  secrets: { service: "Secrets Manager", what: "secrets", usd: 0.4, per: 1, source: secrets },
  secretReads: { service: "Secrets Manager", what: "API calls", usd: 0.05, per: 10_000, source: secrets },
  logBytes: {
    service: "CloudWatch",
    what: "GB of logs taken in",
    usd: 0.5,
    per: 1,
    free: 5,
    sharesFree: "logs",
    source: cloudWatch
  },
  logStorage: {
    service: "CloudWatch",
    what: "GB-months of logs",
    usd: 0.03,
    per: 1,
    free: 5,
    sharesFree: "logs",
    source: cloudWatch
  },
  alarms: { service: "CloudWatch", what: "alarm metrics", usd: 0.1, per: 1, free: 10, source: cloudWatch },
  metrics: { service: "CloudWatch", what: "custom metrics", usd: 0.3, per: 1, free: 10, source: cloudWatch },
  dashboards: { service: "CloudWatch", what: "dashboards", usd: 3, per: 1, free: 3, source: cloudWatch }
} as const satisfies Readonly<Record<string, Price>>

export type PriceName = keyof typeof prices
