import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { CannotRun } from "../../cli/CommandErrors.ts"
import { commandLine } from "../../cli/commandLine.ts"
import { RunDate } from "../../domain/RunDate.ts"

/** The options of `npm start` and `npm run dev`; absent is absent. */
export interface Options {
  readonly top?: number
  readonly runDate?: RunDate
  /** A file's path or an http address of a Top250Movies.json. */
  readonly movies?: string
  readonly omdb?: { readonly url: string; readonly key: string }
  /** The path of a scenario of faults. */
  readonly faults?: string
  /** Absent: any free port. */
  readonly port?: number
  readonly out: string
  readonly json: boolean
  readonly help: boolean
}

export const usage = `npm start -- [options]: one run of the whole pipeline on this machine

  --top N             how many of the list's best, 1 to 250 (as the stack's config says)
  --run-date DATE     the run's date, YYYY-MM-DD (today, UTC)
  --movies FILE|URL   a Top250Movies.json in place of sample/Top250Movies.json
  --omdb-url URL      any OMDb, the real one too (https://www.omdbapi.com), in place of the stand-in
  --omdb-key KEY      the key for it
  --faults FILE       what shall go wrong, as in sample/faults
  --port N            the port of the local cloud, 1024 to 65535 (any free one)
  --out DIR           where the results are put (.local/out)
  --json              one JSON document on stdout and nothing else
  --help              this page

Exit code 0: complete. 2: ended with gaps, dead letters, a failed stage or unfinished. 1: could not run.`

const known = {
  top: { type: "string" },
  "run-date": { type: "string" },
  movies: { type: "string" },
  "omdb-url": { type: "string" },
  "omdb-key": { type: "string" },
  faults: { type: "string" },
  port: { type: "string" },
  out: { type: "string" },
  json: { type: "boolean" },
  help: { type: "boolean" }
} as const

const decoded = <A>(schema: Schema.Codec<A, string>, option: string, text: string, allowed: string): A =>
  Option.getOrThrowWith(
    Schema.decodeUnknownOption(schema)(text),
    () => new CannotRun({ message: `${option} is "${text}", but it must be ${allowed}.` })
  )

const whole = (minimum: number, maximum: number) =>
  Schema.String.check(Schema.isPattern(/^\d+$/)).pipe(
    Schema.decodeTo(Schema.FiniteFromString.check(Schema.isBetween({ minimum, maximum })))
  )
const Top = whole(1, 250)
const Port = whole(1024, 65_535)
const Address = Schema.String.check(
  Schema.makeFilter((text) => URL.canParse(text) && /^https?:\/\/[^\s?#]+$/.test(text))
)

/** Options from the command line; throws CannotRun with one sentence for whoever typed them. */
export const readOptions = (args: ReadonlyArray<string>): Options => {
  const given = commandLine(args, known, "npm start")
  if ((given["omdb-url"] === undefined) !== (given["omdb-key"] === undefined)) {
    throw new CannotRun({ message: "--omdb-url and --omdb-key go together: give both, or neither for the stand-in." })
  }
  for (const option of ["out", "movies", "omdb-key"] as const) {
    if (given[option] === "") throw new CannotRun({ message: `--${option} is empty: give it a value or leave it out.` })
  }
  const { faults, movies } = given
  return {
    ...(given.top === undefined ? {} : { top: decoded(Top, "--top", given.top, "a whole number from 1 to 250") }),
    ...(given["run-date"] === undefined
      ? {}
      : { runDate: decoded(RunDate, "--run-date", given["run-date"], "a day of the calendar, such as 2026-11-21") }),
    ...(movies === undefined ? {} : { movies }),
    ...(faults === undefined ? {} : { faults }),
    ...(given.port === undefined ? {} : { port: decoded(Port, "--port", given.port, "a port from 1024 to 65535") }),
    ...(given["omdb-url"] === undefined || given["omdb-key"] === undefined
      ? {}
      : {
          omdb: {
            url: decoded(Address, "--omdb-url", given["omdb-url"], "an http or https address without a query"),
            key: given["omdb-key"]
          }
        }),
    out: given.out ?? ".local/out",
    json: given.json ?? false,
    help: given.help ?? false
  }
}
