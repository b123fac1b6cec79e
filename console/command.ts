import * as Console from "effect/Console"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { WaitForStop } from "../cli/runAsMain.ts"
import { provideStack } from "../operator/etl.ts"
import { defaultConsolePort, Stack } from "../operator/Stack.ts"

const Port = Schema.Int.check(Schema.isBetween({ minimum: 1024, maximum: 65_535 }))

export const consoleCommand = Command.make(
  "console",
  {
    write: Flag.Boolean("write").pipe(
      Flag.withDescription("Let the page start runs, redrive and delete"),
      Flag.withDefault(false)
    ),
    consolePort: Flag.Int("console-port").pipe(
      Flag.withDescription(`Port of the page; default: ${defaultConsolePort}`),
      Flag.withSchema(Port),
      Flag.withDefault(defaultConsolePort)
    )
  },
  Effect.fnUntraced(
    function* ({ write, consolePort }) {
      const { name } = yield* Stack
      // Bundler, program and server take a moment to load, and no other command needs them.
      const { serveConsole } = yield* Effect.promise(() => import("./server/serveConsole.ts"))
      const address = yield* serveConsole({ port: consolePort, isWritable: write })
      const access = write
        ? "It may start runs, redrive and delete."
        : "Read only; --write lets it start runs, redrive and delete."
      yield* Console.log(`The console of ${name}: ${address}\n${access} Press Ctrl-C to stop it.`)
      yield* yield* WaitForStop
    },
    Effect.scoped,
    provideStack
  )
).pipe(
  Command.withDescription("Serve a page with the state of the stack: runs, movies, dead letters, data, settings"),
  Command.withExamples([
    { command: "npm run etl -- console --stack dev", description: "Read only" },
    { command: "npm run etl -- console --stack dev --write", description: "With runs, redrives and deletions" }
  ])
)
