import type * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"

/** The virtual time of a simulated run, the work scheduled in it, and the history of what happened. */
export class Timeline {
  /** One line for each event. */
  readonly history: Array<string> = []
  private readonly clock: Clock.Clock
  private readonly fork: (effect: Effect.Effect<unknown>) => unknown
  private readonly startedAt: number
  private readonly defects: Array<Cause.Cause<unknown>> = []
  private pending = 0

  private constructor(clock: Clock.Clock, fork: (effect: Effect.Effect<unknown>) => unknown) {
    this.clock = clock
    this.fork = fork
    this.startedAt = clock.currentTimeMillisUnsafe()
  }

  static readonly make = Effect.gen(function* () {
    const clock = yield* Clock.Clock
    const context = yield* Effect.context<never>()
    return new Timeline(clock, Effect.runForkWith(context))
  })

  /** Epoch milliseconds. */
  get now(): number {
    return this.clock.currentTimeMillisUnsafe()
  }

  get elapsedSeconds(): number {
    return (this.now - this.startedAt) / 1000
  }

  /** Runs the effect after a delay. A failure of it is a defect of the simulation. */
  scheduleEffect(milliseconds: number, effect: Effect.Effect<unknown>): void {
    this.pending++
    this.fork(
      Effect.sleep(Math.max(0, milliseconds)).pipe(
        Effect.andThen(effect),
        Effect.catchCause((cause) => Effect.sync(() => this.defects.push(cause))),
        Effect.ensuring(Effect.sync(() => void this.pending--))
      )
    )
  }

  schedule(milliseconds: number, work: () => void): void {
    this.scheduleEffect(milliseconds, Effect.sync(work))
  }

  record(event: string): void {
    this.history.push(`${new Date(this.now).toISOString().slice(5, 23).replace("T", " ")}  ${event}`)
  }

  /** Advances the time until no scheduled work is left. */
  readonly runUntilIdle = Effect.gen({ self: this }, function* () {
    while (this.pending > 0) {
      yield* TestClock.adjust("1 hour")
      const [defect] = this.defects
      if (defect !== undefined) return yield* Effect.failCause(defect)
    }
  })
}
