import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"

/** An invocation of a function while it runs. Once it is over, whatever it still asks for is never answered. */
export class Invocation {
  readonly id: string
  readonly function: string
  /** Done when the function was ended from outside, with why. */
  readonly ended = Deferred.makeUnsafe<string>()
  alive = true
  /** The calls of its that were not answered as they should be, by their operation and resource. */
  readonly refused: Array<string> = []
  /** A call of AWS took seconds: its time may have been too short for all it should have done. */
  slowed = false

  constructor(id: string, name: string) {
    this.id = id
    this.function = name
  }

  end(why: string): void {
    this.alive = false
    Deferred.doneUnsafe(this.ended, Effect.succeed(why))
  }
}

/** Undefined for an operator, who calls from outside. */
export const CurrentInvocation = Context.Reference<Invocation | undefined>("imdb-etl/test/simulation/Invocation", {
  defaultValue: () => undefined
})
