import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import { toCsvRow } from "../../domain/CsvRow.ts"
import { csvKey, enrichedKey, gapKey, manifestKey, rosterKey } from "../../domain/keys.ts"
import type { MovieMessage } from "../../domain/Messages.ts"
import { Manifest } from "../../domain/Run.ts"
import type { RunDate } from "../../domain/RunDate.ts"
import { handleBatch as enrichBatch } from "../../handlers/EnrichAndStoreMovie.ts"
import { handleBatch as exportBatch } from "../../handlers/ExportMoviesToCsv.ts"
import { AwaitedMovies } from "../../handlers/export/awaitedMovie.ts"
import { handleBatch as loadBatch } from "../../handlers/LoadCsvToDynamoDb.ts"
import { handleBatch as reportBatch } from "../../handlers/PublishReport.ts"
import { parseCsv } from "../../services/csv/reader.ts"
import { formatCsv } from "../../services/csv/writer.ts"
import { digest } from "../../services/digest.ts"
import { Omdb } from "../../services/omdb/Omdb.ts"
import { ReportStore } from "../../services/ReportStore.ts"
import { RunStore } from "../../services/RunStore.ts"
import { ModelAccount, modelSecrets, modelServices } from "../model/ModelAccount.ts"
import { deliver } from "../model/modelSqs.ts"
import { canaryKey } from "../support/canaryKey.ts"
import { enrichedMovie, gapOf, idOf, manifestOf, rosterCreatedAt, rosterOf, runDate } from "../support/exampleRun.ts"
import { captureLogs, runToEnd } from "../support/runEffects.ts"
import { type Reply, ScriptedOmdb } from "../support/ScriptedOmdb.ts"
import { moviesBucket, moviesTable, secretId, settings, sourceBucket } from "../support/settings.ts"
import { sqsEvent, sqsRecord } from "../support/sqsEvents.ts"

export const csv = csvKey(runDate)
export const manifest = manifestKey(runDate)

interface Options {
  readonly variables?: Record<string, string | undefined>
  readonly replies?: ReadonlyArray<Reply>
}

/** The account of a stack with the services that the handlers use, and OMDb with scripted replies. */
export const handlerAccount = ({ variables, replies = [] }: Options = {}) => {
  const account = new ModelAccount()
  const { faults, metrics } = account
  const sources = account.createBucket(sourceBucket)
  const bucket = account.createBucket(moviesBucket)
  const table = account.createTable(moviesTable)
  const movies = account.createQueue({ name: "movies", visibilityTimeoutSeconds: 180, retentionDays: 4 })
  const exports = account.createQueue({ name: "exports.fifo", visibilityTimeoutSeconds: 360, retentionDays: 4 })
  account.putSecret(secretId, canaryKey)
  const omdb = new ScriptedOmdb(...replies)

  const services = Layer.mergeAll(
    RunStore.layer,
    ReportStore.layer,
    // One execution environment.
    Layer.succeed(AwaitedMovies)(new Map()),
    Omdb.layerNoDeps.pipe(Layer.provide([omdb.layer, modelSecrets(account)]))
  ).pipe(Layer.provideMerge(modelServices(account)), Layer.provideMerge(settings(variables)))

  /** Runs a handler to its end and returns its logs too. */
  const run = <A, E>(handler: Effect.Effect<A, E, Layer.Success<typeof services>>) =>
    runToEnd(captureLogs(Effect.provide(handler, services)))
  /** Handles a batch of records. */
  const runBatch = <A, E>(handler: Effect.Effect<A, E, Layer.Success<typeof services>>) =>
    Effect.gen(function* () {
      const { result, ...logs } = yield* run(handler)
      return { response: yield* result, ...logs }
    })
  /** Puts an object of the movies bucket. A content that is not a text is put as JSON. `at`: epoch milliseconds. */
  const put = (key: string, content: unknown, at = Date.parse(rosterCreatedAt)) =>
    bucket.put(at, key, typeof content === "string" ? content : JSON.stringify(content))
  const textOf = (key: string) => bucket.get(key)?.text ?? ""
  const keysPut = () => bucket.puts.map(({ key }) => key)
  /** The resources of all calls of an operation, in order. */
  const callsOf = (operation: string) =>
    faults.calls.filter((call) => call.operation === operation).map(({ resource }) => resource)
  const endFaults = () => {
    faults.beforeCall = () => Effect.void
  }
  return {
    ...{ sources, bucket, table, movies, exports, omdb, faults, metrics },
    published: account.published,
    ...{ run, runBatch, put, textOf, keysPut, callsOf, endFaults }
  }
}

/** A message of the movies queue, received for the `receiveCount`th time. `replaced`: fields of the message or the movie. */
export const movieMessage = (
  rank: number,
  receiveCount = 1,
  { title = `Movie ${rank}`, ...replaced }: Partial<MovieMessage> & { readonly title?: string } = {}
) => ({
  body: JSON.stringify({
    ...{ version: 1, type: "movie", runDate, rosterCreatedAt, total: 10 },
    movie: { imdbId: idOf(rank), rank, title, year: 1994 },
    ...replaced
  }),
  receiveCount
})

export const minutesAfterRoster = (minutes: number) => TestClock.setTime(Date.parse(rosterCreatedAt) + minutes * 60_000)

export const exportRequest = { version: 1, type: "export", runDate } as const

export const exportMessage = (rank: number, outcome: "enriched" | "gap") => ({
  version: 1,
  type: "movie",
  runDate,
  imdbId: idOf(rank),
  outcome
})

/** EnrichAndStoreMovie in an account, with OMDb's replies. Messages have the ids movies-1, movies-2 and so on. */
export const movieStage = (...replies: ReadonlyArray<Reply>) => {
  const account = handlerAccount({ replies })
  const { runBatch, movies, exports, bucket } = account

  const handleEvent = (event: { readonly Records: ReadonlyArray<{ readonly receiptHandle: string }> }) =>
    Effect.map(runBatch(enrichBatch(event)), (handled) => {
      for (const { receiptHandle } of event.Records) movies.delete(0, receiptHandle)
      return { event, ...handled }
    })
  /** Sends the messages and handles them as one batch. */
  const handle = (...messages: ReadonlyArray<ReturnType<typeof movieMessage>>) =>
    Effect.flatMap(Clock.currentTimeMillis, (now) => handleEvent(deliver(movies, now, ...messages)))

  const enriched = (rank: number) => bucket.json(enrichedKey(runDate, idOf(rank)))
  const gap = (rank: number) => bucket.json(gapKey(runDate, idOf(rank)))
  /** The messages on the exports queue. */
  const exported = () => exports.sent.map(({ body }) => JSON.parse(body))
  return { ...account, handle, handleEvent, enriched, gap, exported }
}

/** The export message of a movie, with the message id `m-` and the rank. */
export const exportRecord = (rank: number, day = runDate) =>
  sqsRecord(
    { version: 1, type: "movie", runDate: day, imdbId: idOf(rank), outcome: "enriched" },
    { id: `m-${rank}`, group: day }
  )

export const requestRecord = sqsRecord(exportRequest, { id: "request", group: runDate })

/** ExportMoviesToCsv in an account. */
export const exportStage = () => {
  const account = handlerAccount()
  const { bucket, runBatch, put, textOf } = account
  /** Puts the roster of these ranks, and the objects of the movies that are enriched or gaps. */
  const putRun = (
    roster: ReadonlyArray<number>,
    enriched: ReadonlyArray<number> = [],
    gaps: ReadonlyArray<number> = []
  ) => {
    put(rosterKey(runDate), rosterOf(roster))
    for (const rank of enriched) put(enrichedKey(runDate, idOf(rank)), enrichedMovie(rank))
    for (const rank of gaps) put(gapKey(runDate, idOf(rank)), gapOf(rank))
  }
  const handle = (...records: ReadonlyArray<ReturnType<typeof exportRecord>>) =>
    runBatch(exportBatch(sqsEvent(...records)))
  /** The CSVs and manifests that were written, in order. */
  const written = () => account.keysPut().filter((key) => key.endsWith("movies.csv") || key.endsWith("manifest.json"))
  const rows = Effect.suspend(() => Effect.map(parseCsv(textOf(csv)), (lines) => lines.map(({ row }) => row)))
  const exportedRanks = Effect.map(rows, (rows) => rows.map(({ rank }) => rank))
  const readManifest = Effect.suspend(() => Schema.decodeUnknownEffect(Manifest)(bucket.json(manifest)))
  return { ...account, putRun, handle, written, rows, exportedRanks, readManifest }
}

/** A CSV with the movies of these ranks. */
export const csvOf = (ranks: ReadonlyArray<number>, day: RunDate = runDate, title = "Movie") =>
  formatCsv(ranks.map((rank) => toCsvRow(enrichedMovie(rank, { runDate: day, title: `${title} ${rank}` }))))

/** The S3 notification of a new object. */
export const notification = (sequencer: string, { key = csv, bucket = moviesBucket } = {}) => ({
  Records: [
    {
      eventName: "ObjectCreated:Put",
      s3: { bucket: { name: bucket }, object: { key: encodeURIComponent(key).replaceAll("%2F", "/"), sequencer } }
    }
  ]
})

/** LoadCsvToDynamoDb in an account. */
export const loadStage = () => {
  const account = handlerAccount()
  const { runBatch, table } = account
  /** Handles the bodies as one batch of messages with the ids m-1, m-2 and so on. */
  const handle = (...bodies: ReadonlyArray<unknown>) =>
    runBatch(loadBatch(sqsEvent(...bodies.map((body, index) => sqsRecord(body, { id: `m-${index + 1}` })))))
  const items = (day: RunDate = runDate) => table.itemsOfDay(day)
  const ranks = (day: RunDate = runDate) => items(day).map(({ rank }) => rank)
  const titles = () => items().map(({ title }) => title)
  return { ...account, handle, items, ranks, titles }
}

/** PublishReport in an account. */
export const reportStage = () => {
  const account = handlerAccount()
  const { runBatch, put, faults } = account
  /** Puts the CSV with the movies of these ranks, and the manifest of a complete run, some fields replaced. */
  const putRun = (ranks: ReadonlyArray<number>, replaced: Partial<Manifest> = {}, day = runDate) => {
    const csv = csvOf(ranks, day)
    const counts = { total: ranks.length, enriched: ranks.length, sha256: digest("sha256", csv) }
    put(csvKey(day), csv)
    put(manifestKey(day), manifestOf({ runDate: day, csvKey: csvKey(day), ...counts, ...replaced }))
  }
  const publish = (day = runDate) =>
    runBatch(reportBatch(sqsEvent(sqsRecord(notification("0A1", { key: manifestKey(day) }), { id: "m-1" }))))
  /** Runs `change` once, before the first put of that object. */
  const onceBeforePut = (key: string, change: Effect.Effect<unknown>) => {
    faults.beforeCall = ({ operation, resource }) => {
      if (operation !== "PutObject" || resource !== key) return Effect.void
      account.endFaults()
      return change
    }
  }
  /** Runs `change` once, before the first message to the topic. */
  const onceBeforePublish = (change: Effect.Effect<unknown>) => {
    faults.beforeCall = ({ operation }) => {
      if (operation !== "Publish") return Effect.void
      account.endFaults()
      return change
    }
  }
  return { ...account, putRun, publish, onceBeforePut, onceBeforePublish }
}
