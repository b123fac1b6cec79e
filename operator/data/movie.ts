import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import { Incomplete } from "../../cli/CommandErrors.ts"
import { type Column, formatTable, pluralize, printResult } from "../../cli/output.ts"
import { ImdbId } from "../../domain/ImdbId.ts"
import { type MovieDay, MoviesTable } from "../aws/MoviesTable.ts"
import { etl, provideStack } from "../etl.ts"
import { Stack } from "../Stack.ts"
import { sparkline } from "./sparkline.ts"

/** A row of the table of days. */
interface Day extends MovieDay {
  /** The votes since the day before. */
  readonly newVotes?: number
}

const number = new Intl.NumberFormat("en-US")
const signed = new Intl.NumberFormat("en-US", { signDisplay: "exceptZero" })

const columns: ReadonlyArray<Column<Day>> = [
  { head: "Day", cell: ({ runDate }) => runDate },
  { head: "#", align: "right", cell: ({ rank }) => rank },
  { head: "IMDb", align: "right", cell: ({ imdbRating }) => imdbRating?.toFixed(1) },
  { head: "Votes", align: "right", cell: ({ imdbVotes }) => imdbVotes && number.format(imdbVotes) },
  { head: "New votes", align: "right", cell: ({ newVotes }) => newVotes && signed.format(newVotes) },
  { head: "Tomatoes", align: "right", cell: ({ rottenTomatoes }) => rottenTomatoes }
]

const withNewVotes = (days: ReadonlyArray<MovieDay>): ReadonlyArray<Day> =>
  days.map((day, index) => {
    const before = days[index - 1]?.imdbVotes
    return day.imdbVotes === undefined || before === undefined ? day : { ...day, newVotes: day.imdbVotes - before }
  })

const format = (imdbId: ImdbId, days: ReadonlyArray<MovieDay>) => (width: number) => {
  const newest = days.at(-1)
  if (newest === undefined) return ""
  const year = newest.year === undefined ? "" : ` (${newest.year})`
  const lines = [
    // A smaller rank is better, so its line is turned around.
    ["Rank", days.map(({ rank }) => -rank)],
    ["IMDb", days.map(({ imdbRating }) => imdbRating)],
    ["Votes", days.map(({ imdbVotes }) => imdbVotes)]
  ] as const
  return [
    `${newest.title}${year}, ${imdbId}: ${pluralize(days.length, "day")}`,
    // On a narrow terminal, the newest days.
    ...lines.map(([name, values]) => `${name.padEnd(6)}${sparkline(width > 7 ? values.slice(6 - width) : values)}`),
    formatTable(columns, withNewVotes(days).toReversed(), width)
  ].join("\n")
}

export const movie = Command.make(
  "movie",
  {
    imdbId: Argument.String("ID").pipe(
      Argument.withDescription("The movie's IMDb id, such as tt0111161"),
      Argument.withSchema(ImdbId)
    )
  },
  Effect.fnUntraced(function* ({ imdbId }) {
    const { json } = yield* etl
    const { name: stack, flags } = yield* Stack
    const days = yield* MoviesTable.use(({ ofMovie }) => ofMovie(imdbId))
    if (days.length === 0) {
      if (json) yield* printResult(json, { stack, imdbId, days }, () => "")
      const next = `npm run etl -- movies ${flags}`
      return yield* new Incomplete({ message: `The table has no day of ${imdbId}. The movies that it has: ${next}` })
    }
    yield* printResult(json, { stack, imdbId, days }, format(imdbId, days))
  }, provideStack)
).pipe(
  Command.withDescription("The history of a movie by days, from DynamoDB"),
  Command.withExamples([
    { command: "npm run etl -- movie tt0111161 --stack dev", description: "Rank, rating and votes" }
  ])
)
