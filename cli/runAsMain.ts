import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Runtime from "effect/Runtime"
import { CannotRun } from "./CommandErrors.ts"

/**
 * Runs a command (see `runCommand`) on this process's arguments and ends the process with its exit code, 130 after an
 * interruption, or 1 where stdout cannot be written, once every finalizer has run. Interruptions are SIGINT, SIGTERM,
 * SIGHUP and a closed stdout (`npm start | head`), which ends it without a message. npm forwards Ctrl-C, so SIGINT arrives
 * twice: the second has no further effect.
 */
export const runAsMain = <E>(
  command: (args: ReadonlyArray<string>) => Effect.Effect<number, E, NodeServices.NodeServices>
): void => {
  const stop = Deferred.makeUnsafe<void>()
  let isWaitingForStop = false
  const waitForStop = Effect.suspend(() => {
    isWaitingForStop = true
    return Deferred.await(stop)
  })

  const runMain = Runtime.makeRunMain(({ fiber, teardown }) => {
    const interrupt = () => {
      if (isWaitingForStop) Deferred.doneUnsafe(stop, Effect.void)
      else fiber.interruptUnsafe(fiber.id)
    }
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, interrupt)
    let lostOutput: NodeJS.ErrnoException | undefined
    process.stdout.on("error", (error) => {
      lostOutput ??= error
      interrupt()
    })
    fiber.addObserver((exit) =>
      teardown(exit, (code) => {
        // Exits once stdout is flushed, and does not wait for open handles: terminated workers sometimes leave one open.
        process.stdout.write("", (error) => {
          const cause: NodeJS.ErrnoException | null | undefined = lostOutput ?? error
          if (cause?.code === "EPIPE") process.exit(code)
          const message = cause ? `The output cannot be written: ${cause.message}.\n` : interruption(exit)
          process.stderr.write(message, () => process.exit(cause ? 1 : code))
        })
      })
    )
  })
  runMain(
    command(process.argv.slice(2)).pipe(
      Effect.provideService(WaitForStop, waitForStop),
      Effect.provide(NodeServices.layer)
    ),
    {
      teardown: (exit, onExit) =>
        Exit.isSuccess(exit) && typeof exit.value === "number"
          ? onExit(exit.value)
          : Runtime.defaultTeardown(exit, onExit)
    }
  )
}

const interruption = (exit: Exit.Exit<unknown, unknown>): string =>
  Exit.isFailure(exit) && Cause.hasInterruptsOnly(exit.cause) ? "Interrupted.\n" : ""

/**
 * Completes at the first signal to stop, for a command that runs until then: the signal is its normal end, and it may
 * return 0. A test provides an effect of its own; the default never completes.
 */
export const WaitForStop = Context.Reference<Effect.Effect<void>>("imdb-etl/cli/WaitForStop", {
  defaultValue: () => Effect.never
})

/**
 * Runs code that is written with promises. An interruption aborts the signal and waits until the promise has settled,
 * so that its `finally` blocks are done. A rejection with CannotRun is a failure, every other rejection is a defect.
 */
export const abortable = <A>(run: (signal: AbortSignal) => Promise<A>): Effect.Effect<A, CannotRun> =>
  Effect.callback<A, CannotRun>((resume) => {
    const controller = new AbortController()
    const settled = run(controller.signal).then(
      (value) => resume(Effect.succeed(value)),
      (cause) => resume(cause instanceof CannotRun ? Effect.fail(cause) : Effect.die(cause))
    )
    return Effect.promise(() => {
      controller.abort()
      return settled
    })
  })
