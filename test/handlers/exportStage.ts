import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { csvKey, enrichedKey, gapKey, manifestKey, rosterKey } from "../../domain/keys.ts"
import { Manifest } from "../../domain/Run.ts"
import { handleBatch } from "../../handlers/ExportMoviesToCsv.ts"
import { parseCsv } from "../../services/csv/reader.ts"
import { enrichedMovie, gapOf, idOf, rosterOf, runDate } from "../support/exampleRun.ts"
import { sqsEvent, sqsRecord } from "../support/sqsEvents.ts"
import { handlerAccount } from "./handlerAccount.ts"

export const csv = csvKey(runDate)
export const manifest = manifestKey(runDate)

/** The export message of a movie, with the message id `m-` and the rank. */
export const exportRecord = (rank: number, day = runDate) =>
  sqsRecord({ version: 1, runDate: day, imdbId: idOf(rank), outcome: "enriched" }, { id: `m-${rank}`, group: day })

/** ExportMoviesToCsv in an account. */
export const exportStage = () => {
  const account = handlerAccount()
  const { bucket, run, put, textOf } = account
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
    Effect.gen(function* () {
      const { result, entries } = yield* run(handleBatch(sqsEvent(...records)))
      return { response: yield* result, entries }
    })
  /** The CSVs and manifests that were written, in order. */
  const written = () => account.keysPut().filter((key) => key.endsWith("movies.csv") || key.endsWith("manifest.json"))
  const rows = Effect.suspend(() => Effect.map(parseCsv(textOf(csv)), (lines) => lines.map(({ row }) => row)))
  const exportedRanks = Effect.map(rows, (rows) => rows.map(({ rank }) => rank))
  const readManifest = Effect.suspend(() => Schema.decodeUnknownEffect(Manifest)(bucket.json(manifest)))
  return { ...account, putRun, handle, written, rows, exportedRanks, readManifest }
}
