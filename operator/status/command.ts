import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Terminal from "effect/Terminal"
import { Incomplete } from "../../cli/CommandErrors.ts"
import { printResult } from "../../cli/output.ts"
import { withSpinner } from "../../cli/spinner.ts"
import { dateArgument, selectedDate } from "../dateArgument.ts"
import type { DeadLetter } from "../dlq/DeadLetter.ts"
import { etl, provideStack } from "../etl.ts"
import { waitFlag } from "../runs/flags.ts"
import { followRun, type RunState, readRunState } from "../runs/followRun.ts"
import { noRun } from "../runs/noRun.ts"
import { Stack } from "../Stack.ts"
import { formatStatus, incompleteReason, type RunStatus } from "./formatStatus.ts"
import type { MovieStatus } from "./MovieStatus.ts"
import type { RunEnd } from "./RunEnd.ts"

export const status = Command.make(
  "status",
  {
    date: dateArgument,
    watch: Flag.Boolean("watch").pipe(
      Flag.withDescription("Print the status again at each change, until the run has ended or needs an operator"),
      Flag.withDefault(false)
    ),
    wait: waitFlag
  },
  Effect.fnUntraced(function* ({ date, watch, wait }) {
    const { json } = yield* etl
    const { name, flags, outputs } = yield* Stack
    const runDate = yield* selectedDate(date)
    const toDocument = ({ facts, movies, end }: RunState): RunStatus => {
      const alsoDead = facts.deadLetters.filter((each) => each.runDate !== runDate || !isReported(each, movies, end))
      const { schedulePaused } = outputs
      return { stack: name, schedulePaused, runDate, total: movies.length, end, movies, alsoDead }
    }
    const print = (state: RunState) => {
      const document = toDocument(state)
      return printResult(json, document, formatStatus(document, flags))
    }
    const terminal = yield* Terminal.Terminal
    const onChange = watch
      ? (state: RunState) => Effect.provideService(print(state), Terminal.Terminal, terminal)
      : undefined
    const state =
      watch || wait
        ? yield* followRun(runDate, undefined, onChange)
        : yield* withSpinner(`Reading the run ${runDate}`)(readRunState(runDate))
    const document = toDocument(state)
    if (!watch) yield* print(state)
    // With a date, only that run decides the exit code; without one, every dead letter does.
    const counted = document.alsoDead.filter((each) => Option.isNone(date) || each.runDate === runDate)
    const hasNoRun = state.movies.length === 0 && !state.facts.deadLetters.some((each) => each.runDate === runDate)
    const reason = hasNoRun ? noRun(runDate, flags) : incompleteReason(document, counted)
    if (reason !== undefined) return yield* new Incomplete({ message: reason })
  }, provideStack)
).pipe(
  Command.withDescription(
    "Run status: each movie with its state, cause and place, and how the run ended or what it waits for"
  ),
  Command.withExamples([
    { command: "npm run etl -- status --stack dev", description: "The latest run" },
    { command: "npm run etl -- status 2026-11-21 --local --json", description: "A day, for a script" },
    { command: "npm run etl -- status --stack dev --watch", description: "A run while it goes on" }
  ])
)

/** Whether a movie or what the run waits for already reports a dead letter of this run. */
const isReported = ({ queue, imdbId }: DeadLetter, movies: ReadonlyArray<MovieStatus>, end: RunEnd): boolean =>
  queue === "movies"
    ? movies.some((movie) => movie.imdbId === imdbId && movie.messageId !== undefined)
    : end.state === "unfinished" && end.waitsFor.some((wait) => wait.queue === queue)
