import * as Effect from "effect/Effect"
import * as ChildProcess from "effect/process/ChildProcess"
import { ChildProcessSpawner } from "effect/process/ChildProcessSpawner"
import * as Schema from "effect/Schema"
import { CannotRun } from "../../cli/CommandErrors.ts"
import { Stack } from "./Stack.ts"
import { StackOutputs } from "./StackOutputs.ts"

/** A deployed stack, by what `pulumi` knows of it; whoever asks needs that login and AWS credentials of the account. */
export const deployedStack = Effect.fnUntraced(function* (name: string) {
  const spawner = yield* ChildProcessSpawner
  const args = ["stack", "output", "--json", "--stack", name]
  const unknown = (detail: string) =>
    new CannotRun({ message: `The outputs of the stack ${name} cannot be read: pulumi ${args.join(" ")}: ${detail}` })
  const text = yield* spawner
    .string(ChildProcess.make("pulumi", args, { stderr: "inherit" }))
    .pipe(Effect.mapError(({ message }) => unknown(message)))
  if (text.trim() === "")
    return yield* unknown(
      "it gave no outputs, and said why above, if it knows; is somebody logged in, and is there such a stack?"
    )
  const outputs = yield* decode(text).pipe(Effect.mapError(({ message }) => unknown(message.replace(/\s+/g, " "))))
  return Stack.of({ name: `stack ${name}`, flags: `--stack ${name}`, site: siteOf(outputs), outputs })
})

const decode = Schema.decodeUnknownEffect(Schema.fromJsonString(StackOutputs))

/** A queue's address tells its region, so an operator needs to set none, and cannot set another. */
const siteOf = ({ queues }: StackOutputs) => {
  const region = /^https:\/\/sqs\.([a-z0-9-]+)\./.exec(queues.movies)?.[1]
  return region === undefined ? {} : { region }
}
