/** What a function does on a day without failures. */
export interface StageWork {
  /** Billed seconds of an invocation, cold start included. */
  readonly seconds: number
  readonly perRun: Operations
  readonly perMovie: Operations
  /** The end of the sentence "NAME runs …". */
  readonly text: string
}

/** Billed operations of a function: `s3Writes` are PUT and LIST requests, `tableReads` are read request units. */
export type Operations = {
  readonly [operation in "invocations" | "s3Writes" | "s3Reads" | "secretReads" | "itemsPut" | "tableReads"]?: number
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
    perMovie: { invocations: 1, s3Reads: 4, s3Writes: 0.5 },
    text: "once per movie for 2 s: finds one movie by three reads, and now and then reads the roster and lists twice; the last one reads the manifest and each movie, writes the CSV and the manifest"
  },
  LoadCsvToDynamoDb: {
    seconds: 3,
    perRun: { invocations: 1, s3Reads: 2, tableReads: 1 },
    perMovie: { itemsPut: 1, tableReads: 0.5 },
    text: "once per run for 3 s: reads the CSV twice, queries the run's items, puts one item per movie"
  },
  PublishReport: {
    seconds: 4,
    perRun: { invocations: 1, s3Reads: 35, s3Writes: 12 },
    perMovie: {},
    text: "once per run for 4 s: reads the manifest twice, the CSV, up to 30 earlier ones and two more objects, lists the CSVs, writes eleven objects"
  }
}

/** A function that `stages` does not have. */
export const unknownStage: StageWork = {
  seconds: 1,
  perRun: {},
  perMovie: { invocations: 1 },
  text: "once per movie for 1 s; plan/cost/assumptions.ts has no data about it"
}

/** The other numbers that the cost is computed from; `assumptions` states them. */
export const assumed = {
  daysPerMonth: 365 / 12,
  moviesPerRun: 10,
  requestsPerMessage: 3,
  /** Connections over which Lambda polls an idle queue; without a maximum concurrency it reduces them. */
  pollers: { limited: 5, unlimited: 2 },
  /** Requests of a connection to an idle queue, all month. */
  pollsPerConnection: (86_400 * 365) / 12 / 20,
  logBytes: 3000,
  bytesPerRun: 20_000,
  bytesPerMovie: 8000,
  itemBytes: 2000
}

export const assumptions: ReadonlyArray<string> = [
  "A month has 365/12 days, without gaps, retries, redrives and manual runs.",
  "A schedule whose expression is not supported here fires once a day. Without the variable TOP a run has 10 movies.",
  "Functions run on arm64.",
  "A message costs three SQS requests: send, receive and delete.",
  "Lambda polls each mapped queue all month, 20 s a poll, over 5 connections where the mapping has a maximum concurrency and otherwise over 2; each poll is a billed request.",
  "An invocation logs 3,000 bytes.",
  "A run stores 20,000 bytes in S3 and 8,000 per movie, until the lifecycle rule expires them (one year without a rule).",
  "A table item has 2,000 bytes (2 write units, and 2 for each index); the table holds one year of items.",
  "Not included: alarm notifications, queries in Athena (5 USD per TB read), traffic to OMDb (the first 100 GB a month are free), tax, and Pulumi's own service."
]
