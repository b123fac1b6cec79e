import type * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { CannotRun } from "../../cli/CommandErrors.ts"
import { parseOmdbApiKey } from "../../domain/OmdbApiKey.ts"
import { RunDate } from "../../domain/RunDate.ts"

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

const optional = <A>(flag: Flag.Flag<A>): Flag.Flag<A | undefined> =>
  flag.pipe(Flag.optional, Flag.map(Option.getOrUndefined))

/** The flags that `npm start` and `npm run dev` share. */
export const runFlags = {
  top: optional(flag("top", "N", "Number of movies, 1 to 250; default: the dev stack's setting", wholeNumber(1, 250))),
  runDate: optional(
    flag("run-date", "YYYY-MM-DD", "Date of the run; default: today in the time zone of the schedule", RunDate)
  ),
  movies: optional(flag("movies", "FILE|URL", "Source list; default: sample/Top250Movies.json", Schema.NonEmptyString)),
  omdbUrl: optional(
    flag("omdb-url", "URL", "OMDb API to call, such as https://www.omdbapi.com; default: a local stand-in", Address)
  ),
  // Without a schema: its error would show the key.
  omdbKey: optional(
    flag("omdb-key", "KEY", "API key for --omdb-url; default: OMDB_API_KEY, which is in no process list", Schema.String)
  ),
  faults: optional(flag("faults", "FILE", "Faults to inject, as in sample/faults", Schema.NonEmptyString)),
  seed: optional(
    flag(
      "seed",
      "N",
      "Seed of the orders that AWS leaves open; default: a new one, printed at the start",
      wholeNumber(0, 1e9)
    )
  ),
  out: flag("out", "DIR", "Folder for the results; default: .local/out", Schema.NonEmptyString).pipe(
    Flag.withDefault(".local/out")
  )
}

const port = (defaultPort: string) =>
  flag("port", "N", `Port of the local cloud, 1024 to 65535; default: ${defaultPort}`, wholeNumber(1024, 65_535))

export const anyPortFlag = optional(port("any free port"))

export const fixedPortFlag = (defaultPort: number) => Flag.withDefault(port(`${defaultPort}`), defaultPort)

export const consolePortFlag = (defaultPort: number) =>
  Flag.withDefault(
    flag("console-port", "N", `Port of the console, 1024 to 65535; default: ${defaultPort}`, wholeNumber(1024, 65_535)),
    defaultPort
  )

type FlagValues = Command.Command.Config.Infer<typeof runFlags>

export interface RunOptions extends Omit<FlagValues, "omdbUrl" | "omdbKey"> {
  /** Undefined: the stand-in. */
  readonly omdb: { readonly url: string; readonly key: string } | undefined
  /** Undefined: any free port. */
  readonly port: number | undefined
}

/** Fails with CannotRun where --omdb-url or a usable key is missing, and never shows the key. */
export const toRunOptions = ({
  omdbUrl: url,
  omdbKey,
  ...others
}: FlagValues & Pick<RunOptions, "port">): Effect.Effect<RunOptions, CannotRun> => {
  if (url === undefined && omdbKey === undefined) return Effect.succeed({ ...others, omdb: undefined })
  const given = omdbKey ?? process.env["OMDB_API_KEY"]
  if (url === undefined || given === undefined) {
    const message = "Give --omdb-url together with --omdb-key or OMDB_API_KEY, or none of them for the stand-in."
    return Effect.fail(new CannotRun({ message }))
  }
  return Effect.fromResult(parseOmdbApiKey(given)).pipe(
    Effect.map((key) => ({ ...others, omdb: { url, key } })),
    Effect.mapError((problem) => {
      const source = omdbKey === undefined ? "OMDB_API_KEY" : "--omdb-key"
      return new CannotRun({ message: `${source} ${problem}, but must be the OMDb key alone.` })
    })
  )
}
