import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { Incomplete } from "../../cli/CommandErrors.ts"
import { printResult } from "../../cli/output.ts"
import { RunDate } from "../../domain/RunDate.ts"
import type { DeadLetter } from "../dlq/DeadLetter.ts"
import { etl, onStack } from "../etl.ts"
import { Stack } from "../stack/Stack.ts"
import { latestRun } from "./latestRun.ts"
import { deadLetters, type MovieStatus, movieStatuses } from "./MovieStatus.ts"
import { type RunEnd, runEnd } from "./RunEnd.ts"
import { readFacts } from "./RunFacts.ts"
import { type RunStatus, statusPage, whyUnfinished } from "./statusPage.ts"

export const status = Command.make(
  "status",
  {
    date: Argument.String("DATE").pipe(
      Argument.withDescription("The run's date, such as 2026-11-21; the latest run's if left out"),
      Argument.withSchema(RunDate),
      Argument.optional
    )
  },
  Effect.fnUntraced(function* ({ date }) {
    const { json } = yield* etl
    const { name, flags } = yield* Stack
    const runDate = yield* Option.match(date, { onNone: () => latestRun, onSome: Effect.succeed })
    const facts = yield* readFacts(runDate)
    const movies = Option.match(facts.roster, { onNone: () => [], onSome: (roster) => movieStatuses(facts, roster) })
    const end = runEnd(facts, movies)
    const alsoDead = facts.deadLetters.filter((letter) => letter.runDate !== runDate || !isTold(letter, movies, end))
    const document: RunStatus = { stack: name, runDate, total: movies.length, end, movies, alsoDead }
    yield* printResult(json, document, statusPage(document, flags))
    // Whoever asks about a day asks about that day; whoever names none, whether all is in order.
    const counted = alsoDead.filter((letter) => Option.isNone(date) || letter.runDate === runDate)
    const sentence = whyUnfinished(document, counted)
    if (sentence !== undefined) return yield* new Incomplete({ message: sentence })
  }, onStack)
).pipe(
  Command.withDescription(
    "Each movie of a run: how it stands, why, and where it is; and the run's end, or what it waits for"
  ),
  Command.withExamples([
    { command: "npm run etl -- status --stack dev", description: "The latest run of the stack dev" },
    { command: "npm run etl -- status 2026-11-21 --local --json", description: "That day's run in the local cloud" }
  ])
)

/** Whether a dead letter of the run is told of by a movie's line, or by what the run waits for. */
const isTold = ({ queue, imdbId }: DeadLetter, movies: ReadonlyArray<MovieStatus>, end: RunEnd): boolean =>
  queue === "movies"
    ? movies.some((movie) => movie.imdbId === imdbId && movie.where === deadLetters)
    : end.state === "unfinished" && end.waitsFor.some(({ command }) => command === `dlq redrive ${queue}`)
