import { fileURLToPath } from "node:url"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Schema from "effect/Schema"
import { CannotRun } from "../../cli/CommandErrors.ts"
import { Stack, StackOutputs } from "./Stack.ts"

/** The file that `npm run dev` keeps while it runs, readable by its user only. */
const DevFile = Schema.Struct({
  clientSettings: Schema.Struct({
    endpoint: Schema.String,
    region: Schema.String,
    credentials: Schema.Struct({ accessKeyId: Schema.String, secretAccessKey: Schema.String })
  }),
  outputs: StackOutputs
})

/** Of `npm run dev`. */
export const defaultPort = 4566

const root = fileURLToPath(new URL("../..", import.meta.url))

/** The stack on a local cloud of this checkout. */
export const localStack = Effect.fnUntraced(function* (port: number) {
  const files = yield* FileSystem.FileSystem
  const file = `${root}.local/dev-${port}.json`
  const notRunning = new CannotRun({
    message: `No local cloud is running on port ${port}: start one with npm run dev, or give its port with --port.`
  })
  const text = yield* files.readFileString(file).pipe(Effect.mapError(() => notRunning))
  const { clientSettings, outputs } = yield* decode(text).pipe(
    Effect.mapError(
      ({ message }) => new CannotRun({ message: `${file} cannot be read: ${message.replace(/\s+/g, " ")}` })
    )
  )
  // A local cloud that was killed leaves its file behind.
  yield* Effect.tryPromise({ try: (signal) => fetch(clientSettings.endpoint, { signal }), catch: () => notRunning })
  const flags = port === defaultPort ? "--local" : `--local --port ${port}`
  return Stack.of({ name: `the local cloud on port ${port}`, flags, clientSettings, outputs })
})

const decode = Schema.decodeUnknownEffect(Schema.fromJsonString(DevFile))
