import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Metrics } from "../../services/Metrics.ts"

/** What was told of the work, in its order: the fact's name, then what it says. Milliseconds for a duration. */
export class FakeMetrics {
  readonly told: Array<readonly [fact: string, ...says: ReadonlyArray<unknown>]> = []

  private tell(fact: string, ...says: ReadonlyArray<unknown>): Effect.Effect<void> {
    return Effect.sync(() => {
      this.told.push([fact, ...says])
    })
  }

  /** How often a fact was told. */
  count(fact: string): number {
    return this.told.filter(([name]) => name === fact).length
  }

  readonly layer = Layer.sync(Metrics, () => ({
    moviesQueued: (count) => this.tell("moviesQueued", count),
    movieEnriched: this.tell("movieEnriched"),
    movieGap: (reason) => this.tell("movieGap", reason),
    omdbCalled: (latency) => this.tell("omdbCalled", Duration.toMillis(latency)),
    omdbQuotaHit: this.tell("omdbQuotaHit"),
    runCompleted: (run) => this.tell("runCompleted", run),
    rowsLoaded: (count) => this.tell("rowsLoaded", count)
  }))
}
