import * as Effect from "effect/Effect"
import * as Random from "effect/Random"

/** Random choices that depend on the seed alone: the same seed gives the same sequence. */
export class SeededRandom {
  private readonly random: Random.Random

  constructor(seed: string | number) {
    this.random = Effect.runSync(Random.withSeed(Effect.service(Random.Random), seed))
  }

  /** True in so many of a thousand cases. */
  chance(perMille: number): boolean {
    return this.random.nextDoubleUnsafe() * 1000 < perMille
  }

  /** An integer, both bounds included. */
  between(minimum: number, maximum: number): number {
    return minimum + Math.floor(this.random.nextDoubleUnsafe() * (maximum - minimum + 1))
  }

  shuffle = <A>(items: ReadonlyArray<A>): ReadonlyArray<A> => {
    const shuffled = [...items]
    for (let last = shuffled.length - 1; last > 0; last--) {
      const other = this.between(0, last)
      const [one, two] = [shuffled[last], shuffled[other]]
      if (one !== undefined && two !== undefined) [shuffled[last], shuffled[other]] = [two, one]
    }
    return shuffled
  }
}
