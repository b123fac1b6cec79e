import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { CannotRun } from "../../cli/CommandErrors.ts"
import { RunDate } from "../../domain/RunDate.ts"

/** What the flags of `npm start` and `npm run dev` come to; undefined where a flag is absent. */
export interface RunOptions {
  readonly top: number | undefined
  readonly runDate: RunDate | undefined
  /** The path or http address of a Top250Movies.json. */
  readonly movies: string | undefined
  readonly omdb: { readonly url: string; readonly key: string } | undefined
  /** The path of a file of faults. */
  readonly faults: string | undefined
  /** Any free port where undefined. */
  readonly port: number | undefined
  readonly out: string
}

/** Digits only: `Flag.Int` also accepts 1e1 and 0x10. */
const wholeNumber = (minimum: number, maximum: number) =>
  Schema.String.check(
    Schema.makeFilter((text) => /^\d+$/.test(text) && Number(text) >= minimum && Number(text) <= maximum, {
      expected: `a whole number from ${minimum} to ${maximum}`
    })
  ).pipe(Schema.decodeTo(Schema.FiniteFromString))

const Address = Schema.String.check(
  Schema.makeFilter((text) => URL.canParse(text) && /^https?:\/\/[^\s?#]+$/.test(text), {
    expected: "an http or https address without a query"
  })
)

const flag = <A>(name: string, metavar: string, description: string, schema: Schema.Codec<A, string>) =>
  Flag.String(name).pipe(Flag.withMetavar(metavar), Flag.withDescription(description), Flag.withSchema(schema))

export const runFlags = {
  top: Flag.optional(
    flag("top", "N", "Number of movies, 1 to 250; default: the dev stack's setting", wholeNumber(1, 250))
  ),
  runDate: Flag.optional(flag("run-date", "YYYY-MM-DD", "Date of the run; default: today, UTC", RunDate)),
  movies: Flag.optional(
    flag("movies", "FILE|URL", "Source list; default: sample/Top250Movies.json", Schema.NonEmptyString)
  ),
  omdbUrl: Flag.optional(
    flag("omdb-url", "URL", "OMDb API to call, such as https://www.omdbapi.com; default: a local stand-in", Address)
  ),
  omdbKey: Flag.optional(flag("omdb-key", "KEY", "API key for --omdb-url", Schema.NonEmptyString)),
  faults: Flag.optional(flag("faults", "FILE", "Faults to inject, as in sample/faults", Schema.NonEmptyString)),
  out: flag("out", "DIR", "Folder for the results; default: .local/out", Schema.NonEmptyString).pipe(
    Flag.withDefault(".local/out")
  )
}

export const portFlag = (description: string) =>
  flag("port", "N", `Port of the local cloud, 1024 to 65535; default: ${description}`, wholeNumber(1024, 65_535))

interface ParsedFlags {
  readonly top: Option.Option<number>
  readonly runDate: Option.Option<RunDate>
  readonly movies: Option.Option<string>
  readonly omdbUrl: Option.Option<string>
  readonly omdbKey: Option.Option<string>
  readonly faults: Option.Option<string>
  readonly port: Option.Option<number>
  readonly out: string
}

/** Fails with CannotRun where only one of --omdb-url and --omdb-key is given. */
export const toRunOptions = Effect.fnUntraced(function* (flags: ParsedFlags) {
  const { top, runDate, movies, omdbUrl, omdbKey, faults, port, out } = flags
  if (Option.isSome(omdbUrl) !== Option.isSome(omdbKey)) {
    return yield* new CannotRun({ message: "Give --omdb-url and --omdb-key together, or neither for the stand-in." })
  }
  const options: RunOptions = {
    top: Option.getOrUndefined(top),
    runDate: Option.getOrUndefined(runDate),
    movies: Option.getOrUndefined(movies),
    omdb: Option.getOrUndefined(Option.all({ url: omdbUrl, key: omdbKey })),
    faults: Option.getOrUndefined(faults),
    port: Option.getOrUndefined(port),
    out
  }
  return options
})
