import * as Flag from "effect/cli/Flag"
import * as Prompt from "effect/cli/Prompt"
import { TerminalCapabilities } from "effect/cli/TerminalCapabilities"
import * as Effect from "effect/Effect"
import { CannotRun } from "../cli/CommandErrors.ts"
import { etl } from "./etl.ts"

export const yesFlag = Flag.Boolean("yes").pipe(
  Flag.withAlias("y"),
  Flag.withDescription("Do it without a prompt"),
  Flag.withDefault(false)
)

/** Fails without a terminal to prompt on; interrupts on Ctrl-C. */
export const confirm = Effect.fnUntraced(function* (question: string) {
  const { json } = yield* etl
  const { canPrompt } = yield* TerminalCapabilities
  if (json || !canPrompt) {
    return yield* new CannotRun({ message: `${question} There is no terminal to confirm on: add --yes to do it.` })
  }
  return yield* Prompt.Confirm({ message: question })
})
