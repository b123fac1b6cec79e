import type * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"

/** Test time, and what is yet to happen in it. */
export class World {
  /** What happened, a line each. */
  readonly history: Array<string> = []
  private readonly clock: Clock.Clock
  private readonly fork: (effect: Effect.Effect<unknown>) => unknown
  private readonly begunAt: number
  private readonly slips: Array<Cause.Cause<unknown>> = []
  private pending = 0

  private constructor(clock: Clock.Clock, fork: (effect: Effect.Effect<unknown>) => unknown) {
    this.clock = clock
    this.fork = fork
    this.begunAt = clock.currentTimeMillisUnsafe()
  }

  static readonly make = Effect.gen(function* () {
    const clock = yield* Clock.Clock
    const context = yield* Effect.context<never>()
    return new World(clock, Effect.runForkWith(context))
  })

  /** Epoch milliseconds. */
  get now(): number {
    return this.clock.currentTimeMillisUnsafe()
  }

  /** Since the world began, in milliseconds. */
  get age(): number {
    return this.now - this.begunAt
  }

  /** Until the effect is done, the world is not quiet. It must not fail: that is a slip of the simulation. */
  after(milliseconds: number, effect: Effect.Effect<unknown>): void {
    this.pending++
    this.fork(
      Effect.sleep(Math.max(0, milliseconds)).pipe(
        Effect.andThen(effect),
        Effect.catchCause((cause) => Effect.sync(() => this.slips.push(cause))),
        Effect.ensuring(Effect.sync(() => void this.pending--))
      )
    )
  }

  in(milliseconds: number, work: () => void): void {
    this.after(milliseconds, Effect.sync(work))
  }

  tell(what: string): void {
    this.history.push(`${new Date(this.now).toISOString().slice(5, 23).replace("T", " ")}  ${what}`)
  }

  /** Lets time pass until nothing is left to happen. */
  readonly untilQuiet = Effect.gen({ self: this }, function* () {
    while (this.pending > 0) {
      yield* TestClock.adjust("1 hour")
      const slip = this.slips[0]
      if (slip !== undefined) return yield* Effect.failCause(slip)
    }
  })
}
