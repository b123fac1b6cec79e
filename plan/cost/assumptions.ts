/** What a function does on a normal day, counted per run or per movie of a run. */
export interface Operations {
  readonly invocations?: number
  /** PUT and LIST requests. */
  readonly s3Writes?: number
  readonly s3Reads?: number
  readonly secretReads?: number
  readonly itemsPut?: number
  /** In read request units. */
  readonly tableReads?: number
}

export interface StageWork {
  /** Billed seconds of an invocation, cold start included. */
  readonly seconds: number
  readonly perRun: Operations
  readonly perMovie: Operations
  readonly says: string
}

/**
 * What the cost takes for granted about each function, by its name. Where a queue may hand over its messages in batches,
 * one message a batch is assumed, which is the most there can be.
 */
export const stages: Readonly<Record<string, StageWork>> = {
  GetMoviesAndSendToQueue: {
    seconds: 3,
    perRun: { invocations: 1, s3Reads: 1, s3Writes: 1 },
    perMovie: {},
    says: "once a run for 3 s: reads the list, writes the roster"
  },
  EnrichAndStoreMovie: {
    seconds: 3,
    perRun: {},
    perMovie: { invocations: 1, s3Writes: 1, secretReads: 1 },
    says: "once a movie for 3 s: reads the secret, writes one object"
  },
  ExportMoviesToCsv: {
    seconds: 2,
    perRun: { s3Writes: 3 },
    perMovie: { invocations: 1, s3Reads: 2, s3Writes: 3 },
    says: "once a movie for 2 s: lists three times, reads the roster; at last reads each movie, writes the CSV and manifest"
  },
  LoadCsvToDynamoDb: {
    seconds: 3,
    perRun: { invocations: 1, s3Reads: 2, tableReads: 1 },
    perMovie: { itemsPut: 1, tableReads: 0.5 },
    says: "once a run for 3 s: reads the CSV twice, queries the day, puts one item a movie"
  }
}

/** A function that is not in the table. */
export const otherStage: StageWork = {
  seconds: 1,
  perRun: {},
  perMovie: { invocations: 1 },
  says: "once a movie for 1 s, for nothing is known of it here"
}

/** Each number that the cost rests on, with the line that owns up to it. */
export const assumptions = {
  month: { value: 365 / 12, says: "A month is 365/12 days without gaps, retries, redrives or runs by hand." },
  runsADay: { value: 1, says: "A schedule that cannot be counted fires once a day." },
  top: { value: 10, says: "No function is told TOP: 10 movies a run." },
  requestsPerMessage: { value: 3, says: "A message costs three SQS requests: sent, received and deleted on its own." },
  idlePolls: {
    value: { connections: 5, seconds: 20 },
    says: "Lambda polls each queue it is mapped to all month: 5 connections, 20 s a poll, each poll a paid request."
  },
  logBytes: { value: 3000, says: "An invocation logs 3,000 bytes." },
  objectBytes: {
    value: { perRun: 20_000, perMovie: 8000 },
    says: "A run stores 20,000 bytes in S3 and 8,000 a movie, until the lifecycle rule ends them (a year without one)."
  },
  itemBytes: {
    value: 2000,
    says: "An item of the table has 2,000 bytes (2 write units there and in each index); a year's items are stored."
  },
  leftOut: {
    value: 0,
    says: "Left out: notices of alarms and other mails, traffic to OMDb (the first 100 GB a month are free), tax, and what Pulumi's own service costs."
  }
} as const
