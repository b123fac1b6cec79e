import * as Argument from "effect/cli/Argument"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { RunDate } from "../domain/RunDate.ts"
import { latestRunDate } from "./status/RunFacts.ts"

export const dateArgument = Argument.String("DATE").pipe(
  Argument.withDescription("The run date, such as 2026-11-21; default: the latest run"),
  Argument.withSchema(RunDate),
  Argument.optional
)

/** The date that was given, or that of the latest run. */
export const selectedDate = (date: Option.Option<RunDate>) =>
  Option.match(date, { onNone: () => latestRunDate, onSome: Effect.succeed })
