import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { Incomplete } from "../../cli/CommandErrors.ts"
import { confirm, yesFlag } from "../../cli/confirm.ts"
import { pluralize, printResult } from "../../cli/output.ts"
import { RunDate } from "../../domain/RunDate.ts"
import { whenValid } from "../../services/documents.ts"
import { RunStore } from "../../services/RunStore.ts"
import { etl, provideStack } from "../etl.ts"
import { Stack } from "../Stack.ts"
import { describeEnd } from "./describeEnd.ts"
import { topFlag, waitFlag } from "./flags.ts"
import { followRun, readRunState } from "./followRun.ts"
import { startRun } from "./startRun.ts"
import { today } from "./today.ts"

/** The calls that a run of a date needs: one for each movie that it has not enriched before. */
export const callsNeeded = Effect.fnUntraced(function* (runDate: RunDate, total: number, refresh: boolean) {
  const { readManifest } = yield* RunStore
  const manifest = yield* whenValid(readManifest(runDate))
  const kept = refresh ? 0 : Option.match(manifest, { onNone: () => 0, onSome: ({ enriched }) => enriched })
  return Math.max(total - kept, 0)
})

export const run = Command.make(
  "run",
  {
    date: Flag.String("date").pipe(
      Flag.withDescription("The run date; default: today in the time zone of the schedule"),
      Flag.withSchema(RunDate),
      Flag.optional
    ),
    top: topFlag,
    refresh: Flag.Boolean("refresh").pipe(
      Flag.withDescription("Call OMDb again for movies that the run has enriched before"),
      Flag.withDefault(false)
    ),
    wait: waitFlag,
    yes: yesFlag
  },
  Effect.fnUntraced(function* ({ date, top, refresh, wait, yes }) {
    const { json } = yield* etl
    const { name: stack, flags, outputs } = yield* Stack
    const runDate = yield* Option.match(date, { onNone: () => today, onSome: Effect.succeed })
    const total = Option.getOrElse(top, () => outputs.top)
    const calls = yield* callsNeeded(runDate, total, refresh)
    const question = `Run ${runDate} on ${stack}, with ${pluralize(total, "movie")} and about ${pluralize(calls, "call")} to OMDb?`
    if (!(yield* confirm(question, { yes, json }))) {
      return yield* printResult(json, { stack, runDate, started: false }, () => "Nothing was started.")
    }
    const before = wait ? yield* readRunState(runDate) : undefined
    const event = { runDate, ...(Option.isSome(top) && { top: top.value }), ...(refresh && { refresh: true as const }) }
    yield* startRun(event)
    if (before === undefined) {
      return yield* printResult(json, { stack, runDate, started: true }, () =>
        [
          `The run of ${runDate} has started (${stack}).`,
          `Follow it: npm run etl -- status ${runDate} ${flags} --wait`
        ].join("\n")
      )
    }
    const { end, movies } = yield* followRun(runDate, before)
    yield* printResult(json, { stack, runDate, started: true, end, movies }, () => describeEnd(runDate, end))
    if (end.state !== "complete") {
      return yield* new Incomplete({
        message: `${describeEnd(runDate, end)} Details: npm run etl -- status ${runDate} ${flags}`
      })
    }
  }, provideStack)
).pipe(
  Command.withDescription("Run a date now, as the schedule does"),
  Command.withExamples([
    { command: "npm run etl -- run --stack dev --wait", description: "Today, until it has ended" },
    { command: "npm run etl -- run --date 2026-11-21 --top 25 --local --yes", description: "A date, without a prompt" }
  ])
)
