import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Struct from "effect/Struct"
import { Incomplete } from "../../cli/CommandErrors.ts"
import { formatDayTable } from "../../cli/dayTable.ts"
import { pluralize, printResult } from "../../cli/output.ts"
import type { Manifest } from "../../domain/Run.ts"
import { whenValid } from "../../services/documents.ts"
import { RunStore } from "../../services/RunStore.ts"
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
    const manifest = yield* RunStore.use(({ readManifest }) => whenValid(readManifest(runDate)))
    const run = Option.map(manifest, Struct.pick(["total", "enriched"]))
    const next = `To see why: npm run etl -- status ${runDate} ${flags}`
    yield* printResult(json, { stack, runDate, ...Option.getOrUndefined(run), movies: rows }, (width) =>
      [
        `${runDate} (${stack})`,
        ...(rows.length === 0 ? [] : [formatDayTable(rows, width)]),
        ...Option.toArray(run).flatMap((run) => explainDifference(rows.length, run, next))
      ].join("\n")
    )
    if (rows.length > 0) return
    return yield* new Incomplete({ message: `The table has no movie of ${runDate}. ${next}` })
  }, provideStack)
).pipe(
  Command.withDescription("The table of a day, from DynamoDB"),
  Command.withExamples([
    { command: "npm run etl -- movies --stack dev", description: "The movies of the latest run" },
    { command: "npm run etl -- movies 2026-11-21 --local --json", description: "Those of a day, for a script" }
  ])
)

/** The rows follow the CSV by seconds, or their load failed. */
const explainDifference = (rows: number, run: Pick<Manifest, "total" | "enriched">, next: string) => {
  if (rows === run.enriched && rows === run.total) return []
  const found = rows === run.enriched ? `${rows} are enriched` : `${run.enriched} are in the CSV, ${rows} in the table`
  return [`Of the ${pluralize(run.total, "movie")} of the run, ${found}. ${next}`]
}
