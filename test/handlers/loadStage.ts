import * as Effect from "effect/Effect"
import { toCsvRow } from "../../domain/CsvRow.ts"
import { csvKey } from "../../domain/keys.ts"
import type { RunDate } from "../../domain/RunDate.ts"
import { handleBatch } from "../../handlers/LoadCsvToDynamoDb.ts"
import { formatCsv } from "../../services/csv/writer.ts"
import { enrichedMovie, runDate } from "../support/exampleRun.ts"
import { moviesBucket } from "../support/settings.ts"
import { sqsEvent, sqsRecord } from "../support/sqsEvents.ts"
import { handlerAccount } from "./handlerAccount.ts"

export const csv = csvKey(runDate)

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
  const { run, table } = account
  /** Handles the bodies as one batch of messages with the ids m-1, m-2 and so on. */
  const handle = (...bodies: ReadonlyArray<unknown>) =>
    Effect.gen(function* () {
      const records = bodies.map((body, index) => sqsRecord(body, { id: `m-${index + 1}` }))
      const { result, entries } = yield* run(handleBatch(sqsEvent(...records)))
      return { response: yield* result, entries }
    })
  const items = (day: RunDate = runDate) => table.itemsOfDay(day)
  const ranks = (day: RunDate = runDate) => items(day).map(({ rank }) => rank)
  const titles = () => items().map(({ title }) => title)
  return { ...account, handle, items, ranks, titles }
}
