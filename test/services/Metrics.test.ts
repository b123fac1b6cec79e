import { afterEach, assert, beforeEach, describe, it, vi } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { dimension, metric } from "../../domain/metrics.ts"
import { variable } from "../../domain/variables.ts"
import { Metrics } from "../../services/Metrics.ts"
import { captureLogs } from "../support/captureLogs.ts"
import { settings } from "../support/settings.ts"

const chunks: Array<string> = []
beforeEach(() => {
  chunks.length = 0
  vi.spyOn(process.stdout, "write").mockImplementation((chunk) => chunks.push(String(chunk)) > 0)
})
afterEach(() => vi.restoreAllMocks())

const lines = () => chunks.join("").split("\n").slice(0, -1)
const written = () => lines().map((line) => JSON.parse(line))
const told = <A, E>(use: (metrics: Metrics["Service"]) => Effect.Effect<A, E>) =>
  Metrics.use(use).pipe(Effect.provide(Metrics.layer), Effect.provide(settings()))

const run = { gaps: 1, createdAt: "2026-11-21T06:00:00.000Z", completedAt: "2026-11-21T06:01:30.500Z" }
const everyFact = (metrics: Metrics["Service"]) =>
  Effect.all([
    metrics.moviesQueued(10),
    metrics.movieEnriched,
    metrics.movieGap("MovieNotFound"),
    metrics.omdbCalled(Duration.millis(120)),
    metrics.omdbQuotaHit,
    metrics.runCompleted(run),
    metrics.rowsLoaded(9)
  ])

describe("the embedded metric format", () => {
  it.live("is one line of JSON for each fact, with _aws at its root: that is how CloudWatch knows it", () =>
    Effect.gen(function* () {
      const before = Date.now()
      yield* told(({ movieEnriched }) => movieEnriched)
      const [document] = written()
      assert.strictEqual(lines().length, 1)
      const { Timestamp, CloudWatchMetrics } = document._aws
      assert.isAtLeast(Timestamp, before)
      assert.deepStrictEqual(CloudWatchMetrics, [
        { Namespace: "ImdbEtl", Dimensions: [["stack"]], Metrics: [{ Name: "MoviesEnriched", Unit: "Count" }] }
      ])
      assert.deepInclude(document, { stack: "test", MoviesEnriched: 1 })
    })
  )

  it.live("goes past console.log, which Lambda makes wrap what it is given in a JSON of its own", () =>
    Effect.gen(function* () {
      const wrapped = vi.spyOn(console, "log")
      yield* told(everyFact)
      assert.deepStrictEqual([lines().length, wrapped.mock.calls], [7, []])
    })
  )

  it.live("has every metric of the pipeline in it, and only its stack and a gap's reason as dimensions", () =>
    Effect.gen(function* () {
      yield* told(everyFact)
      const metrics = written().flatMap(({ _aws }) => _aws.CloudWatchMetrics)
      assert.sameMembers(
        metrics.flatMap(({ Metrics }) => Metrics.map(({ Name }: { Name: string }) => Name)),
        Object.values(metric)
      )
      for (const { Dimensions, Metrics } of metrics) {
        const byReason = Metrics[0].Name === metric.movieGaps
        assert.deepStrictEqual(Dimensions, [byReason ? [dimension.stack, dimension.reason] : [dimension.stack]])
      }
    })
  )

  it.live("tells a run's end, its gaps and its duration at once, and times in milliseconds", () =>
    Effect.gen(function* () {
      yield* told(({ runCompleted }) => runCompleted(run))
      yield* told(({ omdbCalled }) => omdbCalled(Duration.seconds(2)))
      const [completed, called] = written()
      assert.deepInclude(completed, { RunsCompleted: 1, RunGaps: 1, RunDurationMs: 90_500 })
      assert.deepInclude(called, { OmdbCalls: 1, OmdbLatency: 2_000 })
      const unitOf = (name: string) =>
        written()
          .flatMap(({ _aws }) => _aws.CloudWatchMetrics[0].Metrics)
          .find(({ Name }) => Name === name).Unit
      assert.deepStrictEqual(["RunGaps", "RunDurationMs", "OmdbCalls", "OmdbLatency"].map(unitOf), [
        "Count",
        "Milliseconds",
        "Count",
        "Milliseconds"
      ])
    })
  )

  it.live("has the run and the movie beside the metric, where a search finds them, and nothing Redacted", () =>
    Effect.gen(function* () {
      const key = Redacted.make("canary")
      const about = { runDate: "2026-11-21", imdbId: "tt0111161", key, several: [key], inText: `with ${key}` }
      yield* told((metrics) => Effect.annotateLogs(metrics.movieGap("MovieNotFound"), about))
      const [document] = written()
      assert.deepInclude(document, { runDate: "2026-11-21", imdbId: "tt0111161", reason: "MovieNotFound" })
      assert.deepStrictEqual(document._aws.CloudWatchMetrics[0].Dimensions, [["stack", "reason"]])
      assert.notInclude(chunks.join(""), "canary")
    })
  )

  it.live("keeps apart what is told at the same time", () =>
    Effect.gen(function* () {
      const reasons = ["MovieNotFound", "KeyRejected", "QuotaExhausted"]
      yield* told(({ movieGap, rowsLoaded }) =>
        Effect.all([...reasons.map(movieGap), rowsLoaded(4)], { concurrency: "unbounded" })
      )
      assert.deepStrictEqual(
        written().map(({ reason }) => reason),
        [...reasons, undefined]
      )
      assert.deepStrictEqual(Object.keys(written().at(-1)).sort(), ["RowsLoaded", "_aws", "stack"])
    })
  )
})

describe("a metric that cannot be written", () => {
  it.live("is logged and does not fail the work: with no stack to name", () =>
    Effect.gen(function* () {
      const work = Metrics.use(everyFact).pipe(Effect.as("done"), Effect.provide(Metrics.layer), captureLogs)
      const { result, entries } = yield* work.pipe(Effect.provide(settings({ [variable.stack]: undefined })))
      assert.strictEqual(yield* result, "done")
      assert.deepStrictEqual(lines(), [])
      assert.deepInclude(entries[0], { level: "WARN", message: "Metric not written" })
      assert.include(JSON.stringify(entries[0]), variable.stack)
    })
  )

  it.live("is logged and does not fail the work: with nowhere to write to", () =>
    Effect.gen(function* () {
      vi.spyOn(process, "stdout", "get").mockImplementation(() => {
        throw new Error("EBADF: bad file descriptor")
      })
      const { result, entries } = yield* captureLogs(told(({ rowsLoaded }) => rowsLoaded(1)))
      assert.isUndefined(yield* result)
      assert.deepInclude(entries[0], { level: "WARN", message: "Metric not written" })
    })
  )
})

it.live("nothing is written when the service is built", () =>
  Effect.gen(function* () {
    yield* Effect.void.pipe(Effect.provide(Metrics.layer))
    assert.deepStrictEqual(chunks, [])
  })
)
