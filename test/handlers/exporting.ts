import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { csvKey, enrichedKey, gapKey, manifestKey, rosterKey } from "../../domain/keys.ts"
import { Manifest } from "../../domain/Run.ts"
import { handleBatch } from "../../handlers/ExportMoviesToCsv.ts"
import { parseCsv } from "../../services/csv/reader.ts"
import { enrichedMovie, gapOf, idOf, rosterOf, runDate } from "../support/exampleRun.ts"
import type { FakeBucket } from "../support/FakeBucket.ts"
import { FakeMetrics } from "../support/FakeMetrics.ts"
import { settings } from "../support/settings.ts"
import { fifoEvent, fifoRecord } from "../support/sqsEvents.ts"

export const csv = csvKey(runDate)
export const manifest = manifestKey(runDate)

/** Puts what stage 1 and 2 leave of a run: the roster of those ranks, and an object for the movies that ended. */
export const endedSoFar = (
  bucket: FakeBucket,
  roster: ReadonlyArray<number>,
  enriched: ReadonlyArray<number>,
  gaps: ReadonlyArray<number> = []
) => {
  bucket.put(rosterKey(runDate), rosterOf(roster))
  for (const rank of enriched) bucket.put(enrichedKey(runDate, idOf(rank)), enrichedMovie(rank))
  for (const rank of gaps) bucket.put(gapKey(runDate, idOf(rank)), gapOf(rank))
}

export const told = (rank: number, day = runDate) =>
  fifoRecord(day, `m-${rank}`, { version: 1, runDate: day, imdbId: idOf(rank), outcome: "enriched" })

/** Hands the records to the handler as one batch. */
export const exporting = (bucket: FakeBucket, ...records: ReadonlyArray<ReturnType<typeof fifoRecord>>) =>
  exportingMeasured(bucket, new FakeMetrics(), ...records)

export const exportingMeasured = (
  bucket: FakeBucket,
  metrics: FakeMetrics,
  ...records: ReadonlyArray<ReturnType<typeof fifoRecord>>
) => handleBatch(fifoEvent(...records)).pipe(Effect.provide(Layer.mergeAll(bucket.layer, metrics.layer, settings())))

/** The ranks of the CSV, in the order of its rows. */
export const exportedRanks = (bucket: FakeBucket) =>
  Effect.map(parseCsv(bucket.objects.get(csv) ?? ""), (lines) => lines.map(({ row }) => row.rank))

export const readManifest = (bucket: FakeBucket) => Schema.decodeUnknownEffect(Manifest)(bucket.json(manifest))
