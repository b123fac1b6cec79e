import { fileURLToPath } from "node:url"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Schema from "effect/Schema"
import { CannotRun } from "../../cli/CommandErrors.ts"
import { Stack } from "./Stack.ts"
import { StackOutputs } from "./StackOutputs.ts"

/** What `npm run dev` leaves for its user alone, as long as it runs. */
const Published = Schema.Struct({
  site: Schema.Struct({
    endpoint: Schema.String,
    region: Schema.String,
    credentials: Schema.Struct({ accessKeyId: Schema.String, secretAccessKey: Schema.String })
  }),
  outputs: StackOutputs
})

/** The one of `npm run dev`. */
export const usualPort = 4566

const root = fileURLToPath(new URL("../..", import.meta.url))

/** The program on a local cloud of this checkout, by its port. */
export const localStack = Effect.fnUntraced(function* (port: number) {
  const files = yield* FileSystem.FileSystem
  const file = `${root}.local/dev-${port}.json`
  const none = new CannotRun({
    message: `No local cloud is up on port ${port}: start one with npm run dev, or name another's with --port.`
  })
  const text = yield* files.readFileString(file).pipe(Effect.mapError(() => none))
  const { site, outputs } = yield* decode(text).pipe(
    Effect.mapError(
      ({ message }) => new CannotRun({ message: `${file} cannot be read: ${message.replace(/\s+/g, " ")}` })
    )
  )
  // A cloud that was killed leaves its file.
  yield* Effect.tryPromise({ try: (signal) => fetch(site.endpoint, { signal }), catch: () => none })
  const flags = port === usualPort ? "--local" : `--local --port ${port}`
  return Stack.of({ name: `the local cloud on port ${port}`, flags, site, outputs })
})

const decode = Schema.decodeUnknownEffect(Schema.fromJsonString(Published))
