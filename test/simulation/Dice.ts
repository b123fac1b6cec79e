import * as Effect from "effect/Effect"
import * as Random from "effect/Random"

/** Chance, drawn from a seed: the same seed and the same questions give the same answers. */
export class Dice {
  private readonly random: Random.Random

  constructor(seed: string | number) {
    this.random = Effect.runSync(Random.withSeed(Effect.service(Random.Random), seed))
  }

  /** So often in a thousand. */
  perMille(chances: number): boolean {
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
