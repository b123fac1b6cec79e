import type * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import * as TestClock from "effect/testing/TestClock"

/** Chance, drawn from a seed: the same seed and the same questions give the same answers. */
export class SeededRandom {
  private readonly random: Random.Random

  constructor(seed: string | number) {
    this.random = Effect.runSync(Random.withSeed(Effect.service(Random.Random), seed))
  }

  /** So often in a thousand. */
  chance(chances: number): boolean {
    return this.random.nextDoubleUnsafe() * 1000 < chances
  }

  /** A whole number, both ends included. */
  between(least: number, most: number): number {
    return least + Math.floor(this.random.nextDoubleUnsafe() * (most - least + 1))
  }

  shuffle = <A>(all: ReadonlyArray<A>): ReadonlyArray<A> => {
    const mixed = [...all]
    for (let last = mixed.length - 1; last > 0; last--) {
      const other = this.between(0, last)
      const [one, two] = [mixed[last], mixed[other]]
      if (one !== undefined && two !== undefined) [mixed[last], mixed[other]] = [two, one]
    }
    return mixed
  }
}

/** Test time, and what is yet to happen in it. */
export class Timeline {
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
    return new Timeline(clock, Effect.runForkWith(context))
  })

  /** Epoch milliseconds. */
  get now(): number {
    return this.clock.currentTimeMillisUnsafe()
  }

  /** Since the world began, in milliseconds. */
  get elapsed(): number {
    return this.now - this.begunAt
  }

  /** Until the effect is done, the world is not quiet. It must not fail: that is a slip of the simulation. */
  scheduleEffect(milliseconds: number, effect: Effect.Effect<unknown>): void {
    this.pending++
    this.fork(
      Effect.sleep(Math.max(0, milliseconds)).pipe(
        Effect.andThen(effect),
        Effect.catchCause((cause) => Effect.sync(() => this.slips.push(cause))),
        Effect.ensuring(Effect.sync(() => void this.pending--))
      )
    )
  }

  schedule(milliseconds: number, work: () => void): void {
    this.scheduleEffect(milliseconds, Effect.sync(work))
  }

  record(what: string): void {
    this.history.push(`${new Date(this.now).toISOString().slice(5, 23).replace("T", " ")}  ${what}`)
  }

  /** Lets time pass until nothing is left to happen. */
  readonly runUntilIdle = Effect.gen({ self: this }, function* () {
    while (this.pending > 0) {
      yield* TestClock.adjust("1 hour")
      const slip = this.slips[0]
      if (slip !== undefined) return yield* Effect.failCause(slip)
    }
  })
}
