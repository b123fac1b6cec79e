import * as Clock from "effect/Clock"
import * as Config from "effect/Config"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as References from "effect/References"
import { dimension, metric, namespace } from "../domain/metrics.ts"
import type { Manifest } from "../domain/Run.ts"
import { epochMillis } from "../domain/Values.ts"
import { variable } from "../domain/variables.ts"

/** The pipeline's CloudWatch metrics. A metric that cannot be written is logged and never fails the work. */
export class Metrics extends Context.Service<
  Metrics,
  {
    readonly movieEnriched: Effect.Effect<void>
    /** `reason` is the tag of the error that caused the gap. */
    readonly movieGap: (reason: string) => Effect.Effect<void>
    /** One request to OMDb, successful or not, and its duration. */
    readonly omdbCalled: (latency: Duration.Duration) => Effect.Effect<void>
    readonly omdbQuotaHit: Effect.Effect<void>
    readonly omdbKeyRejected: Effect.Effect<void>
    /** All messages of the run's movies are on the queue. */
    readonly runStarted: (movies: number) => Effect.Effect<void>
    /** The first manifest of a roster. */
    readonly runPublished: (
      manifest: Pick<Manifest, "rosterCreatedAt" | "completedAt" | "enriched" | "total">
    ) => Effect.Effect<void>
    /** The first manifest of a roster in which every movie is enriched. */
    readonly runCompleted: Effect.Effect<void>
    readonly rowsLoaded: (count: number) => Effect.Effect<void>
  }
>()("imdb-etl/services/Metrics") {
  /** CloudWatch's embedded metric format: one line of JSON on stdout, from which CloudWatch extracts metrics. */
  static readonly layer = Layer.sync(Metrics, () => ({
    movieEnriched: write([[metric.moviesEnriched, 1]]),
    movieGap: (reason) =>
      Effect.andThen(write([[metric.movieGaps, 1]], { [dimension.reason]: reason }), write([[metric.finalGaps, 1]])),
    omdbCalled: (latency) =>
      write([
        [metric.omdbCalls, 1],
        [metric.omdbLatency, Duration.toMillis(latency), "Milliseconds"]
      ]),
    omdbQuotaHit: write([[metric.omdbQuotaHits, 1]]),
    omdbKeyRejected: write([[metric.omdbKeyRejections, 1]]),
    runStarted: (movies) =>
      write([
        [metric.runsStarted, 1],
        [metric.moviesQueued, movies]
      ]),
    runPublished: ({ rosterCreatedAt, completedAt, enriched, total }) =>
      write([
        [metric.runsPublished, 1],
        [metric.publishedPercent, (100 * enriched) / total, "Percent"],
        [metric.publicationDelayMs, epochMillis(completedAt) - epochMillis(rosterCreatedAt), "Milliseconds"]
      ]),
    runCompleted: write([[metric.runsCompleted, 1]]),
    rowsLoaded: (count) => write([[metric.rowsLoaded, count]])
  }))
}

/** The effect's metrics are written as one line when it ends, however it ends. Lambda's own timeout loses them. */
export const inOneLine = <A, E, R>(self: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.suspend(() => {
    const lines = new Map<string, Line>()
    const writeAll = Effect.suspend(() => Effect.forEach(lines.values(), writeLine, { discard: true }))
    return self.pipe(Effect.provideService(CurrentLines, lines), Effect.ensuring(writeAll))
  })

type Value = readonly [name: string, value: number, unit?: "Milliseconds" | "Percent"]
interface Line {
  readonly values: ReadonlyArray<Value>
  readonly dimensions: Readonly<Record<string, string>>
}

/** By their dimensions, since a line has one value for each. Undefined outside of `inOneLine`: each metric has its own line. */
const CurrentLines = Context.Reference<Map<string, Line> | undefined>("imdb-etl/services/Metrics/CurrentLines", {
  defaultValue: () => undefined
})

const write = (values: ReadonlyArray<Value>, dimensions: Line["dimensions"] = {}) =>
  Effect.flatMap(CurrentLines, (lines) => {
    if (lines === undefined) return writeLine({ values, dimensions })
    const key = JSON.stringify(dimensions)
    const earlier = lines.get(key)?.values ?? []
    return Effect.sync(() => void lines.set(key, { values: [...earlier, ...values], dimensions }))
  })

// Not with console.log, which Lambda would wrap into a JSON line of its own. Powertools' Metrics writes the same line at a
// tenth of an invocation's CPU (docs/decisions/0011).
const writeLine = Effect.fnUntraced(
  function* ({ values, dimensions }: Line) {
    const all = { [dimension.stack]: yield* Config.NonEmptyString(variable.stack), ...dimensions }
    const annotations = yield* References.CurrentLogAnnotations
    const byName = Array.from(Map.groupBy(values, ([name]) => name))
    const directive = {
      Namespace: namespace,
      Dimensions: [Object.keys(all)],
      Metrics: byName.map(([Name, [[, , Unit = "Count"] = []]]) => ({ Name, Unit }))
    }
    const document = {
      _aws: { Timestamp: yield* Clock.currentTimeMillis, CloudWatchMetrics: [directive] },
      ...all,
      // Searchable in the log, no dimensions. Other annotations are in the log lines beside it.
      ...Object.fromEntries(shown.flatMap((name) => (name in annotations ? [[name, String(annotations[name])]] : []))),
      // Several values of a metric are an array.
      ...Object.fromEntries(
        byName.map(([name, ofName]) => [name, ofName.length > 1 ? ofName.map(([, value]) => value) : ofName[0]?.[1]])
      )
    }
    yield* Effect.sync(() => process.stdout.write(`${JSON.stringify(document)}\n`))
  },
  Effect.catchCause((cause) => Effect.logWarning("Metric not written", cause))
)

const shown = ["runDate", "imdbId"]
