import * as Console from "effect/Console"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { Incomplete } from "../../cli/CommandErrors.ts"
import { printResult } from "../../cli/output.ts"
import { WaitForStop } from "../../cli/runAsMain.ts"
import { withSpinner } from "../../cli/spinner.ts"
import { visibleJson } from "../../cli/visible.ts"
import { ImdbId } from "../../domain/ImdbId.ts"
import type { RunDate } from "../../domain/RunDate.ts"
import { epochMillis } from "../../domain/Values.ts"
import { dateArgument, selectedDate } from "../dateArgument.ts"
import { etl, provideStack } from "../etl.ts"
import { intervalOf } from "../runs/followRun.ts"
import { Stack } from "../Stack.ts"
import { formatEntry } from "./formatEntry.ts"
import type { LogEntry } from "./LogEntry.ts"
import { aboutMovie, readRunLog, whyEmpty } from "./runLog.ts"

export const logs = Command.make(
  "logs",
  {
    date: dateArgument,
    movie: Flag.String("movie").pipe(
      Flag.withDescription("Only what is about the movie with this IMDb id"),
      Flag.withSchema(ImdbId),
      Flag.optional
    ),
    follow: Flag.Boolean("follow").pipe(
      Flag.withAlias("f"),
      Flag.withDescription("Print new lines until Ctrl-C"),
      Flag.withDefault(false)
    )
  },
  Effect.fnUntraced(function* ({ date, movie, follow }) {
    const { json } = yield* etl
    const { name: stack } = yield* Stack
    const runDate = yield* selectedDate(date)
    const select = (entries: ReadonlyArray<LogEntry>) =>
      Option.match(movie, { onNone: () => entries, onSome: (imdbId) => aboutMovie(entries, imdbId) })
    if (follow) return yield* Effect.raceFirst(followLog(runDate, select), yield* WaitForStop)
    const entries = select(yield* withSpinner("Reading the logs")(readRunLog(runDate)))
    const reason =
      entries.length > 0
        ? undefined
        : Option.match(movie, {
            onNone: () => whyEmpty(runDate),
            onSome: (imdbId) => Effect.succeed(`No line of the run ${runDate} is about ${imdbId}: see etl movies.`)
          })
    const why = reason && (yield* reason)
    const document = { stack, runDate, entries, ...(why !== undefined && { why }) }
    if (entries.length > 0 || json) yield* printResult(json, document, () => entries.map(formatEntry).join("\n"))
    if (why !== undefined) return yield* new Incomplete({ message: why })
  }, provideStack)
).pipe(
  Command.withDescription("What all functions logged about a run, in one timeline"),
  Command.withExamples([
    { command: "npm run etl -- logs --stack dev", description: "The latest run" },
    { command: "npm run etl -- logs 2026-11-21 --movie tt0068646 --local", description: "A movie on a day" },
    { command: "npm run etl -- logs --local --follow", description: "New lines as they are written" }
  ])
)

/** A line may arrive so late. */
const overlapMs = 10_000

/** Prints each entry once; with --json one document a line. */
const followLog = Effect.fnUntraced(function* (
  runDate: RunDate,
  select: (entries: ReadonlyArray<LogEntry>) => ReadonlyArray<LogEntry>
) {
  const { json } = yield* etl
  const { clientSettings } = yield* Stack
  const printed = new Set<string>()
  let since: number | undefined
  for (;;) {
    const entries = select(yield* readRunLog(runDate, since))
    for (const entry of entries) {
      const line = JSON.stringify(entry)
      if (printed.has(line)) continue
      printed.add(line)
      yield* Console.log(json ? visibleJson(entry) : formatEntry(entry))
    }
    const last = entries.at(-1)
    if (last !== undefined) since = epochMillis(last.at) - overlapMs
    yield* Effect.sleep(intervalOf(clientSettings))
  }
})
