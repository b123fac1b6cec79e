import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import { command } from "./command.ts"

// A terminal that is closed is an end like any other: what was made on an account must not stay there.
process.on("SIGHUP", () => process.kill(process.pid, "SIGTERM"))

command(process.argv.slice(2)).pipe(
  Effect.tap((code) =>
    Effect.sync(() => {
      process.exitCode = code
    })
  ),
  Effect.provide(NodeServices.layer),
  NodeRuntime.runMain
)
