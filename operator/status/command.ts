import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { Incomplete } from "../../cli/CommandErrors.ts"
import { printResult } from "../../cli/output.ts"
import { dateArgument, selectedDate } from "../dateArgument.ts"
import type { DeadLetter } from "../dlq/DeadLetter.ts"
import { etl, provideStack } from "../etl.ts"
import { Stack } from "../Stack.ts"
import { formatStatus, incompleteReason, type RunStatus } from "./formatStatus.ts"
import { type MovieStatus, movieStatuses } from "./MovieStatus.ts"
import { type RunEnd, runEnd } from "./RunEnd.ts"
import { readRunFacts } from "./RunFacts.ts"

export const status = Command.make(
  "status",
  {
    date: dateArgument
  },
  Effect.fnUntraced(function* ({ date }) {
    const { json } = yield* etl
    const { name, flags, outputs } = yield* Stack
    const runDate = yield* selectedDate(date)
    const facts = yield* readRunFacts(runDate)
    const movies = Option.match(facts.roster, { onNone: () => [], onSome: (roster) => movieStatuses(facts, roster) })
    const end = runEnd(facts, movies)
    const alsoDead = facts.deadLetters.filter((each) => each.runDate !== runDate || !isReported(each, movies, end))
    const document: RunStatus = {
      stack: name,
      schedulePaused: outputs.schedulePaused,
      runDate,
      total: movies.length,
      end,
      movies,
      alsoDead
    }
    yield* printResult(json, document, formatStatus(document, flags))
    // With a date, only that run decides the exit code; without one, every dead letter does.
    const counted = alsoDead.filter((each) => Option.isNone(date) || each.runDate === runDate)
    const reason = incompleteReason(document, counted)
    if (reason !== undefined) return yield* new Incomplete({ message: reason })
  }, provideStack)
).pipe(
  Command.withDescription(
    "Run status: each movie with its state, cause and place, and how the run ended or what it waits for"
  )
)

/** Whether a movie or what the run waits for already reports a dead letter of this run. */
const isReported = ({ queue, imdbId }: DeadLetter, movies: ReadonlyArray<MovieStatus>, end: RunEnd): boolean =>
  queue === "movies"
    ? movies.some((movie) => movie.imdbId === imdbId && movie.messageId !== undefined)
    : end.state === "unfinished" && end.waitsFor.some((wait) => wait.queue === queue)
