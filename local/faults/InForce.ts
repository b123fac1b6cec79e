import type { Fault } from "./Scenario.ts"

/** A fault in force, and how often it has happened. */
export class InForce<F extends Fault = Fault> {
  readonly fault: F
  readonly #onHappened: () => void
  #toSkip: number
  #left: number
  #happened = 0

  constructor(fault: F, onHappened: () => void = () => {}) {
    this.fault = fault
    this.#onHappened = onHappened
    this.#toSkip = fault.skip ?? 0
    this.#left = fault.times === "always" ? Number.POSITIVE_INFINITY : (fault.times ?? 1)
  }

  get happened(): number {
    return this.#happened
  }

  /** To be asked of each call that the fault fits: whether it happens to this one. */
  happensNow(): boolean {
    if (this.#left === 0) return false
    if (this.#toSkip > 0) {
      this.#toSkip -= 1
      return false
    }
    this.#left -= 1
    this.note()
    return true
  }

  /** Counts what was decided elsewhere. */
  note(): void {
    this.#happened += 1
    this.#onHappened()
  }
}

/** Whether the fault is of that place. */
export const isAt =
  <At extends Fault["at"]>(...places: ReadonlyArray<At>) =>
  (inForce: InForce): inForce is InForce<Extract<Fault, { readonly at: At }>> =>
    places.some((place) => place === inForce.fault.at)
