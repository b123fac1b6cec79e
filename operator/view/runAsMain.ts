import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"

/** Runs a command on this process's arguments, with Node's services; what it comes to is the process's exit code. */
export const runAsMain = <E>(
  command: (args: ReadonlyArray<string>) => Effect.Effect<number, E, NodeServices.NodeServices>
): void =>
  command(process.argv.slice(2)).pipe(
    Effect.tap((code) =>
      Effect.sync(() => {
        process.exitCode = code
      })
    ),
    Effect.provide(NodeServices.layer),
    NodeRuntime.runMain
  )
