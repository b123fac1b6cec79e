import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Metrics } from "../../services/Metrics.ts"

/** What was told of the work, in its order: the fact's name, then what it says. Milliseconds for a duration. */
export class FakeMetrics {
  readonly recorded: Array<readonly [fact: string, ...says: ReadonlyArray<unknown>]> = []

  private record(fact: string, ...says: ReadonlyArray<unknown>): Effect.Effect<void> {
    return Effect.sync(() => {
      this.recorded.push([fact, ...says])
    })
  }

  /** How often a fact was told. */
  count(fact: string): number {
    return this.recorded.filter(([name]) => name === fact).length
  }

  readonly layer = Layer.sync(Metrics, () => ({
    moviesQueued: (count) => this.record("moviesQueued", count),
    movieEnriched: this.record("movieEnriched"),
    movieGap: (reason) => this.record("movieGap", reason),
    omdbCalled: (latency) => this.record("omdbCalled", Duration.toMillis(latency)),
    omdbQuotaHit: this.record("omdbQuotaHit"),
    runCompleted: (run) => this.record("runCompleted", run),
    rowsLoaded: (count) => this.record("rowsLoaded", count)
  }))
}
