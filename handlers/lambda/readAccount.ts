import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { type CsvRow, csvRow } from "../../domain/CsvRow.ts"
import { EnrichedMovie, Gap } from "../../domain/MovieOutcome.ts"
import type { Manifest, RosterOutcome } from "../../domain/Run.ts"
import type { RunDate } from "../../domain/RunDate.ts"
import { ObjectUnreadable } from "../../services/S3.ts"
import { readDocument } from "./readDocument.ts"

/** How a movie ended: with a row or, as a failure, with a gap. And the version of the object that told so. */
export interface Account {
  readonly ending: Result.Result<CsvRow, Manifest["gaps"][number]>
  readonly madeOf: Manifest["madeOf"][number]
}

/** Reads the object that accounts for a movie. The rank is the roster's: an object may be left from an earlier one. */
export const readAccount = Effect.fnUntraced(function* (
  bucket: string,
  runDate: RunDate,
  { movie: { imdbId, rank, title }, outcome, key }: RosterOutcome
) {
  const { value, etag } = yield* outcome === "enriched" ? readEnriched({ bucket, key }) : readGap({ bucket, key })
  if (value.runDate !== runDate || value.imdbId !== imdbId) {
    return yield* new ObjectUnreadable({ bucket, key, detail: `it tells of ${value.imdbId} on ${value.runDate}` })
  }
  const ending: Account["ending"] =
    "omdb" in value
      ? Result.succeed(csvRow({ ...value, rank }))
      : Result.fail({ imdbId, rank, title, reason: value.reason })
  return { ending, madeOf: { key, etag } }
})

const readEnriched = readDocument(EnrichedMovie)
const readGap = readDocument(Gap)
