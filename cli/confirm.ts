import * as Flag from "effect/cli/Flag"
import * as Prompt from "effect/cli/Prompt"
import { TerminalCapabilities } from "effect/cli/TerminalCapabilities"
import * as Effect from "effect/Effect"
import { CannotRun } from "./CommandErrors.ts"

/** Of commands that spend or delete something. */
export const yesFlag = Flag.Boolean("yes").pipe(
  Flag.withAlias("y"),
  Flag.withDescription("Do not ask, for scripts"),
  Flag.withDefault(false)
)

/** Asks for a yes, unless it was given with `--yes`. Fails without a terminal; interrupts on Ctrl-C. */
export const confirm = Effect.fnUntraced(function* (
  question: string,
  { yes, json }: { readonly yes: boolean; readonly json: boolean }
) {
  if (yes) return true
  const { canPrompt } = yield* TerminalCapabilities
  if (json || !canPrompt) {
    return yield* new CannotRun({ message: `${question} There is no terminal to confirm on: add --yes.` })
  }
  return yield* Prompt.Confirm({ message: question })
})
