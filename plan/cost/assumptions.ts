/** Billed operations of a function. */
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

/** What a function does on a day without failures. */
export interface StageWork {
  /** Billed seconds of an invocation, cold start included. */
  readonly seconds: number
  readonly perRun: Operations
  readonly perMovie: Operations
  /** The end of the sentence "NAME runs …". */
  readonly text: string
}

/** By function. Where a queue may deliver batches, one message per batch is assumed, which gives the most invocations. */
export const stages: Readonly<Record<string, StageWork>> = {
  GetMoviesAndSendToQueue: {
    seconds: 3,
    perRun: { invocations: 1, s3Reads: 1, s3Writes: 1 },
    perMovie: {},
    text: "once per run for 3 s: reads the source list, writes the roster"
  },
  EnrichAndStoreMovie: {
    seconds: 3,
    perRun: {},
    perMovie: { invocations: 1, s3Writes: 1, secretReads: 1 },
    text: "once per movie for 3 s: reads the secret, writes one object"
  },
  ExportMoviesToCsv: {
    seconds: 2,
    perRun: { s3Writes: 2, s3Reads: 1 },
    perMovie: { invocations: 1, s3Reads: 2, s3Writes: 2 },
    text: "once per movie for 2 s: lists twice, reads the roster; the last one reads the manifest and each movie, writes the CSV and the manifest"
  },
  LoadCsvToDynamoDb: {
    seconds: 3,
    perRun: { invocations: 1, s3Reads: 2, tableReads: 1 },
    perMovie: { itemsPut: 1, tableReads: 0.5 },
    text: "once per run for 3 s: reads the CSV twice, queries the run's items, puts one item per movie"
  }
}

/** A function that `stages` does not have. */
export const unknownStage: StageWork = {
  seconds: 1,
  perRun: {},
  perMovie: { invocations: 1 },
  text: "once per movie for 1 s; plan/cost/assumptions.ts has no data about it"
}

/** The other numbers that the cost is computed from, each with the sentence that states it. */
export const assumptions = {
  daysPerMonth: { value: 365 / 12, text: "A month has 365/12 days, without gaps, retries, redrives and manual runs." },
  runsPerDay: { value: 1, text: "A schedule whose expression is not supported here fires once a day." },
  top: { value: 10, text: "No function has the variable TOP: 10 movies per run." },
  requestsPerMessage: { value: 3, text: "A message costs three SQS requests: send, receive and delete." },
  idlePolls: {
    value: { connections: 5, seconds: 20 },
    text: "Lambda polls each mapped queue all month over 5 connections, 20 s a poll; each poll is a billed request."
  },
  logBytes: { value: 3000, text: "An invocation logs 3,000 bytes." },
  objectBytes: {
    value: { perRun: 20_000, perMovie: 8000 },
    text: "A run stores 20,000 bytes in S3 and 8,000 per movie, until the lifecycle rule expires them (one year without a rule)."
  },
  itemBytes: {
    value: 2000,
    text: "A table item has 2,000 bytes (2 write units, and 2 for each index); the table holds one year of items."
  },
  notIncluded: {
    value: 0,
    text: "Not included: alarm notifications, traffic to OMDb (the first 100 GB a month are free), tax, and Pulumi's own service."
  }
} as const
