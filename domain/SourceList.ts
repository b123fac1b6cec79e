import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Order from "effect/Order"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaGetter from "effect/SchemaGetter"
import * as SchemaIssue from "effect/SchemaIssue"
import * as Struct from "effect/Struct"
import type { ImdbId } from "./ImdbId.ts"
import { RankedMovie } from "./RankedMovie.ts"
import { keptText, parseDecimal, parseWhole } from "./texts.ts"
import { absentIfInvalid } from "./Values.ts"

/** The rows of the source list: the usable ones by rank, then id, and the skipped ones. */
interface SourceList {
  readonly rows: ReadonlyArray<SourceRow>
  readonly skipped: ReadonlyArray<SkippedRow>
}

interface SourceRow {
  readonly position: number
  readonly imdbId: ImdbId
  readonly rank: number
  readonly movie: () => RankedMovie
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

/** The list has about 100 kB. Anything near this limit is no such list. */
export const maxListBytes = 5_000_000

/** Reads the text of a Top250Movies.json. */
export const parseSourceList = Effect.fnUntraced(function* (
  text: string
): Effect.fn.Return<SourceList, SourceListUnusable> {
  const rows: Array<SourceRow> = []
  const skipped: Array<SkippedRow> = []
  for (const [index, item] of (yield* itemsOf(text)).entries()) {
    const position = index + 1
    const row = decodeUsable(item, { errors: "all" })
    if (Result.isFailure(row)) skipped.push({ position, reason: unusableReason(row.failure) })
    else {
      const { id: imdbId, rank } = row.success
      rows.push({ position, imdbId, rank, movie: () => Struct.renameKeys(decodeRow(item), fieldNames) })
    }
  }
  return { rows: rows.sort(byRank), skipped }
})

interface TopMovies {
  readonly movies: ReadonlyArray<RankedMovie>
  /** The skipped rows of the list, and the repeats of an id below the top. */
  readonly skipped: ReadonlyArray<SkippedRow>
}

/**
 * The first `n` movies by rank. Fails on a list with fewer usable rows, and on one with an id twice among the first `n`: a
 * run of nine movies would look complete.
 */
export const topMovies = Effect.fnUntraced(function* (
  { rows, skipped }: SourceList,
  n: number
): Effect.fn.Return<TopMovies, SourceListUnusable> {
  if (rows.length < n) {
    const reasons = skipped.slice(0, 3).map(({ position, reason }) => `row ${position} has ${reason}`)
    const detail = [`${n} usable rows are needed, it has ${rows.length}`, ...reasons].join(", ")
    return yield* new SourceListUnusable({ detail })
  }
  const positions = new Map<ImdbId, number>()
  const repeats: Array<SkippedRow> = []
  for (const [index, { position, imdbId }] of rows.entries()) {
    const first = positions.get(imdbId)
    if (first === undefined) positions.set(imdbId, position)
    else if (index >= n) repeats.push({ position, reason: `the id of row ${first}, ${imdbId}` })
    else {
      const detail = `rows ${first} and ${position} of its first ${n} by rank are both ${imdbId}`
      return yield* new SourceListUnusable({ detail })
    }
  }
  return { movies: rows.slice(0, n).map(({ movie }) => movie()), skipped: [...skipped, ...repeats] }
})

const byRank = Order.combine(
  Order.mapInput(Order.Number, ({ rank }: SourceRow) => rank),
  Order.mapInput(Order.String, ({ imdbId }: SourceRow) => imdbId)
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

// The file has every value as a string. A number means the same.
const kept = <S extends Schema.Constraint & { readonly Encoded: string }>(schema: S) =>
  Schema.String.pipe(
    Schema.decodeTo(schema, {
      decode: SchemaGetter.transform(keptText),
      encode: SchemaGetter.passthrough()
    })
  )
const numeric =
  (parse: (text: string) => number | undefined) =>
  <S extends Schema.Constraint & { readonly Encoded: number }>(schema: S) =>
    Schema.Union([Schema.Finite, Schema.Trim]).pipe(
      Schema.decodeTo(schema, {
        decode: SchemaGetter.transformOptional(
          Option.flatMapNullishOr((value) => (typeof value === "number" ? value : parse(value)))
        ),
        encode: SchemaGetter.passthrough()
      })
    )
const whole = numeric(parseWhole)

/** What makes a row usable. Only the rows of the top are decoded as a whole: that is most of the CPU of a cold start. */
const Usable = Schema.Struct({
  id: kept(RankedMovie.fields.imdbId),
  rank: whole(RankedMovie.fields.rank),
  title: kept(RankedMovie.fields.title)
})
const Row = Schema.Struct({
  ...Usable.fields,
  fullTitle: absentIfInvalid(kept(RankedMovie.fields.fullTitle)),
  year: absentIfInvalid(whole(RankedMovie.fields.year)),
  image: absentIfInvalid(kept(RankedMovie.fields.image)),
  crew: absentIfInvalid(kept(RankedMovie.fields.crew)),
  imDbRating: absentIfInvalid(numeric(parseDecimal)(RankedMovie.fields.imdbRating)),
  imDbRatingCount: absentIfInvalid(whole(RankedMovie.fields.imdbRatingCount))
})
const fieldNames = { id: "imdbId", imDbRating: "imdbRating", imDbRatingCount: "imdbRatingCount" } as const
const decodeUsable = Schema.decodeUnknownResult(Usable)
/** Never fails for a usable row: the other fields are absent if they are invalid. */
const decodeRow = Schema.decodeUnknownSync(Row)

const decodeJson = Schema.decodeUnknownEffect(Schema.fromJsonString(Schema.Unknown))
const decodeFile = Schema.decodeUnknownEffect(
  Schema.Struct({
    items: Schema.optionalKey(Schema.NullOr(Schema.Array(Schema.Unknown))),
    errorMessage: absentIfInvalid(kept(Schema.NonEmptyString))
  })
)
