import * as Argument from "effect/cli/Argument"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { Stack } from "../stack/Stack.ts"
import { deadLetterQueues, type Name, names } from "./DeadLetterQueue.ts"

/** The dead-letter queue that a command is about. */
export const queue = Argument.Literals("QUEUE", names).pipe(
  Argument.withDescription(`One of ${names.join(", ")}; all of them if left out`),
  Argument.optional
)

export const chosen = (name: Option.Option<Name>) =>
  Effect.map(Stack, ({ outputs }) =>
    deadLetterQueues(outputs).filter((each) => Option.getOrElse(name, () => each.name) === each.name)
  )
