import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import { Incomplete } from "../../cli/CommandErrors.ts"
import { formatDayTable } from "../../cli/dayTable.ts"
import { printResult } from "../../cli/output.ts"
import { MoviesTable } from "../aws/MoviesTable.ts"
import { dateArgument, selectedDate } from "../dateArgument.ts"
import { etl, provideStack } from "../etl.ts"
import { Stack } from "../Stack.ts"

export const movies = Command.make(
  "movies",
  { date: dateArgument },
  Effect.fnUntraced(function* ({ date }) {
    const { json } = yield* etl
    const { name: stack, flags } = yield* Stack
    const runDate = yield* selectedDate(date)
    const rows = yield* MoviesTable.use(({ ofDay }) => ofDay(runDate))
    yield* printResult(json, { stack, runDate, movies: rows }, (width) =>
      [`${runDate} (${stack})`, ...(rows.length === 0 ? [] : [formatDayTable(rows, width)])].join("\n")
    )
    if (rows.length > 0) return
    const next = `npm run etl -- status ${runDate} ${flags}`
    return yield* new Incomplete({ message: `The table has no movie of ${runDate}. To see why: ${next}` })
  }, provideStack)
).pipe(
  Command.withDescription("The table of a day, from DynamoDB"),
  Command.withExamples([
    { command: "npm run etl -- movies 2026-11-21 --stack dev", description: "The movies of a day" }
  ])
)
