import * as Effect from "effect/Effect"
import * as ChildProcess from "effect/process/ChildProcess"
import { ChildProcessSpawner } from "effect/process/ChildProcessSpawner"
import * as Schema from "effect/Schema"
import { CannotRun } from "../../cli/CommandErrors.ts"
import { Stack, StackOutputs } from "./Stack.ts"

/** A deployed stack, read with the `pulumi` CLI; needs a Pulumi login, and its commands AWS credentials of the account. */
export const deployedStack = Effect.fnUntraced(function* (name: string) {
  const spawner = yield* ChildProcessSpawner
  const args = ["stack", "output", "--json", "--stack", name]
  const unreadable = (detail: string) =>
    new CannotRun({ message: `The outputs of the stack ${name} cannot be read: pulumi ${args.join(" ")}: ${detail}` })
  const text = yield* spawner
    .string(ChildProcess.make("pulumi", args, { stderr: "inherit" }))
    .pipe(Effect.mapError(({ message }) => unreadable(message)))
  if (text.trim() === "")
    return yield* unreadable("no outputs. Check its message above, pulumi whoami and pulumi stack ls.")
  const outputs = yield* decode(text).pipe(Effect.mapError(({ message }) => unreadable(message.replace(/\s+/g, " "))))
  return Stack.of({ name: `stack ${name}`, flags: `--stack ${name}`, clientSettings: settingsOf(outputs), outputs })
})

const decode = Schema.decodeUnknownEffect(Schema.fromJsonString(StackOutputs))

/** The region comes from a queue's URL, so the environment need not set it and cannot contradict it. */
const settingsOf = ({ queues }: StackOutputs) => {
  const region = /^https:\/\/sqs\.([a-z0-9-]+)\./.exec(queues.movies)?.[1]
  return region === undefined ? {} : { region }
}
