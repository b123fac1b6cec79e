import * as Effect from "effect/Effect"
import * as Order from "effect/Order"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import * as SchemaTransformation from "effect/SchemaTransformation"
import * as Struct from "effect/Struct"
import type { ImdbId } from "./ImdbId.ts"
import { RankedMovie } from "./RankedMovie.ts"
import { absentIfInvalid } from "./Values.ts"

/** The source list: its usable rows by rank, then id, and its skipped rows. */
export interface SourceList {
  readonly movies: ReadonlyArray<RankedMovie>
  readonly skipped: ReadonlyArray<SkippedRow>
}

/** `position` is the row number in the file, from 1. It is not the rank. */
export interface SkippedRow {
  readonly position: number
  readonly reason: string
}

export class SourceListUnusable extends Schema.TaggedError<SourceListUnusable>()("SourceListUnusable", {
  detail: Schema.String
}) {
  override get message(): string {
    return `The source list cannot be used: ${this.detail}.`
  }
}

/** Reads the text of a Top250Movies.json. */
export const parseSourceList = Effect.fnUntraced(function* (
  text: string
): Effect.fn.Return<SourceList, SourceListUnusable> {
  const movies: Array<RankedMovie> = []
  const skipped: Array<SkippedRow> = []
  const positions = new Map<ImdbId, number>()

  for (const [index, item] of (yield* itemsOf(text)).entries()) {
    const position = index + 1
    const row = decodeRow(item, { errors: "all" })
    if (Result.isFailure(row)) {
      skipped.push({ position, reason: unusableReason(row.failure) })
      continue
    }
    const movie = Struct.renameKeys(row.success, fieldNames)
    const duplicate = positions.get(movie.imdbId)
    if (duplicate !== undefined) {
      return yield* new SourceListUnusable({ detail: `rows ${duplicate} and ${position} are both ${movie.imdbId}` })
    }
    positions.set(movie.imdbId, position)
    movies.push(movie)
  }
  return { movies: movies.sort(byRank), skipped }
})

/** The first `n` movies by rank. Fails on a list with fewer usable rows: a run of nine movies would look complete. */
export const topMovies = (
  list: SourceList,
  n: number
): Effect.Effect<ReadonlyArray<RankedMovie>, SourceListUnusable> =>
  list.movies.length >= n
    ? Effect.succeed(list.movies.slice(0, n))
    : new SourceListUnusable({
        detail: [
          `${n} usable rows are needed, it has ${list.movies.length}`,
          ...list.skipped.slice(0, 3).map(({ position, reason }) => `row ${position} has ${reason}`)
        ].join(", ")
      })

const byRank = Order.combine(
  Order.mapInput(Order.Number, (movie: RankedMovie) => movie.rank),
  Order.mapInput(Order.String, (movie: RankedMovie) => movie.imdbId)
)

const itemsOf = Effect.fnUntraced(function* (text: string) {
  const json = yield* decodeJson(text.replace(/^\uFEFF/, "")).pipe(
    Effect.mapError(() => new SourceListUnusable({ detail: `it is not JSON and begins with ${quoted(text)}` }))
  )
  const { items, errorMessage } = yield* decodeFile(json).pipe(
    Effect.mapError(() => new SourceListUnusable({ detail: `it is JSON without a list named "items"` }))
  )
  if (items === undefined || items === null || items.length === 0) {
    const message = errorMessage === undefined ? "" : `, its error message is ${quoted(errorMessage)}`
    return yield* new SourceListUnusable({ detail: `it has no items${message}` })
  }
  return items
})

const quoted = (text: string) => JSON.stringify(text.length > 120 ? `${text.slice(0, 120)}…` : text)

const unusableReason = (error: Schema.SchemaError): string => {
  const fields = new Set(toIssues(error.issue).issues.map((issue) => issue.path?.[0]))
  return fields.has(undefined) ? "no movie in it" : `no usable ${[...fields].join(" and no usable ")}`
}

const toIssues = SchemaIssue.makeFormatterStandardSchemaV1()

// The file has every value as a string. A number, and spaces around a value, mean the same.
const trimmed = <S extends Schema.Constraint & { readonly Encoded: string }>(schema: S) =>
  Schema.Trim.pipe(Schema.decodeTo(schema))
const numeric = <S extends Schema.Constraint & { readonly Encoded: number }>(schema: S) =>
  Schema.Union([
    Schema.Finite,
    Schema.Trim.check(Schema.isPattern(/^\d+(\.\d+)?$/)).pipe(
      Schema.decodeTo(Schema.Finite, SchemaTransformation.numberFromString)
    )
  ]).pipe(Schema.decodeTo(schema))

const Row = Schema.Struct({
  id: trimmed(RankedMovie.fields.imdbId),
  rank: numeric(RankedMovie.fields.rank),
  title: trimmed(RankedMovie.fields.title),
  fullTitle: absentIfInvalid(trimmed(RankedMovie.fields.fullTitle)),
  year: absentIfInvalid(numeric(RankedMovie.fields.year)),
  image: absentIfInvalid(trimmed(RankedMovie.fields.image)),
  crew: absentIfInvalid(trimmed(RankedMovie.fields.crew)),
  imDbRating: absentIfInvalid(numeric(RankedMovie.fields.imdbRating)),
  imDbRatingCount: absentIfInvalid(numeric(RankedMovie.fields.imdbRatingCount))
})
const fieldNames = { id: "imdbId", imDbRating: "imdbRating", imDbRatingCount: "imdbRatingCount" } as const
const decodeRow = Schema.decodeUnknownResult(Row)

const decodeJson = Schema.decodeUnknownEffect(Schema.fromJsonString(Schema.Unknown))
const decodeFile = Schema.decodeUnknownEffect(
  Schema.Struct({
    items: Schema.optionalKey(Schema.NullOr(Schema.Array(Schema.Unknown))),
    errorMessage: absentIfInvalid(trimmed(Schema.NonEmptyString))
  })
)
