import { afterEach, assert, beforeEach, describe, it, vi } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Redacted from "effect/Redacted"
import { dimension, metric } from "../../domain/metrics.ts"
import { variable } from "../../domain/variables.ts"
import { inOneLine, Metrics } from "../../services/Metrics.ts"
import { captureLogs } from "../support/runEffects.ts"
import { settings } from "../support/settings.ts"

const chunks: Array<string> = []
beforeEach(() => {
  chunks.length = 0
  vi.spyOn(process.stdout, "write").mockImplementation((chunk) => chunks.push(String(chunk)) > 0)
})
afterEach(() => vi.restoreAllMocks())

const lines = () => chunks.join("").split("\n").slice(0, -1)
const documents = () => lines().map((line) => JSON.parse(line))
const write = <A, E>(use: (metrics: Metrics["Service"]) => Effect.Effect<A, E>) =>
  Metrics.use(use).pipe(Effect.provide(Metrics.layer), Effect.provide(settings()))

const run = {
  enriched: 9,
  total: 12,
  rosterCreatedAt: "2026-11-21T06:00:00.000Z",
  completedAt: "2026-11-21T06:01:30.500Z"
}
const everyMetric = (metrics: Metrics["Service"]) =>
  Effect.all([
    metrics.runStarted(10),
    metrics.movieEnriched,
    metrics.movieGap("MovieNotFound"),
    metrics.omdbCalled(Duration.millis(120)),
    metrics.omdbQuotaHit,
    metrics.omdbKeyRejected,
    metrics.runPublished(run),
    metrics.runCompleted,
    metrics.rowsLoaded(9)
  ])

describe("Metrics", () => {
  it.live("writes one line of CloudWatch's embedded metric format, with _aws at its root", () =>
    Effect.gen(function* () {
      const before = Date.now()
      yield* write(({ movieEnriched }) => movieEnriched)
      const [document] = documents()
      assert.strictEqual(lines().length, 1)
      const { Timestamp, CloudWatchMetrics } = document._aws
      assert.isAtLeast(Timestamp, before)
      assert.deepStrictEqual(CloudWatchMetrics, [
        { Namespace: "ImdbEtl", Dimensions: [["stack"]], Metrics: [{ Name: "MoviesEnriched", Unit: "Count" }] }
      ])
      assert.deepInclude(document, { stack: "test", MoviesEnriched: 1 })
    })
  )

  it.live("writes a line to stdout for every metric, with only the stack and a gap's reason as dimensions", () =>
    Effect.gen(function* () {
      // Lambda wraps what is written through console.log into a JSON of its own.
      const log = vi.spyOn(console, "log")
      yield* write(everyMetric)
      assert.deepStrictEqual([lines().length, log.mock.calls], [10, []])
      const metrics = documents().flatMap(({ _aws }) => _aws.CloudWatchMetrics)
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

  it.live("writes a publication's share of enriched movies in percent, and times in milliseconds", () =>
    Effect.gen(function* () {
      yield* write(({ runPublished }) => runPublished(run))
      yield* write(({ omdbCalled }) => omdbCalled(Duration.seconds(2)))
      const [published, called] = documents()
      assert.deepInclude(published, { RunsPublished: 1, PublishedPercent: 75, PublicationDelayMs: 90_500 })
      assert.deepInclude(called, { OmdbCalls: 1, OmdbLatency: 2_000 })
      const units = documents()
        .flatMap(({ _aws }) => _aws.CloudWatchMetrics[0].Metrics)
        .map(({ Name, Unit }) => [Name, Unit])
      assert.deepInclude(Object.fromEntries(units), {
        RunsPublished: "Count",
        PublishedPercent: "Percent",
        PublicationDelayMs: "Milliseconds",
        OmdbCalls: "Count",
        OmdbLatency: "Milliseconds"
      })
    })
  )

  it.live(
    "writes the metrics of an effect as one line for its dimensions when it ends, several values as an array",
    () =>
      Effect.gen(function* () {
        const several = (metrics: Metrics["Service"]) =>
          inOneLine(
            Effect.gen(function* () {
              yield* metrics.omdbCalled(Duration.millis(120))
              yield* metrics.omdbCalled(Duration.millis(80))
              yield* metrics.movieGap("MovieNotFound")
              yield* metrics.movieGap("MovieRejected")
              assert.deepStrictEqual(chunks, [])
              return yield* Effect.fail("failed")
            })
          )
        yield* Effect.flip(write(several))
        const [{ _aws, ...fields }, ...ofReasons] = documents()
        assert.deepStrictEqual(fields, {
          stack: "test",
          ...{ OmdbCalls: [1, 1], OmdbLatency: [120, 80], FinalGaps: [1, 1] }
        })
        const count = (Name: string) => ({ Name, Unit: "Count" })
        const latency = { Name: "OmdbLatency", Unit: "Milliseconds" }
        assert.deepStrictEqual(_aws.CloudWatchMetrics, [
          { Namespace: "ImdbEtl", Dimensions: [["stack"]], Metrics: [count("OmdbCalls"), latency, count("FinalGaps")] }
        ])
        assert.deepStrictEqual(
          ofReasons.map(({ _aws: { CloudWatchMetrics }, ...fields }) => [CloudWatchMetrics[0].Dimensions, fields]),
          ["MovieNotFound", "MovieRejected"].map((reason) => [
            [["stack", "reason"]],
            { stack: "test", reason, MovieGaps: 1 }
          ])
        )
      })
  )

  it.live("writes no line for an effect without a metric, and one for an interrupted effect", () =>
    Effect.gen(function* () {
      yield* write(() => inOneLine(Effect.void))
      assert.deepStrictEqual(chunks, [])
      const interrupted = (metrics: Metrics["Service"]) =>
        inOneLine(Effect.andThen(metrics.movieEnriched, Effect.never)).pipe(Effect.timeoutOption("10 millis"))
      yield* write(interrupted)
      assert.deepInclude(documents()[0], { MoviesEnriched: 1 })
    })
  )

  it.live("writes the log annotations beside the metric, and no Redacted value", () =>
    Effect.gen(function* () {
      const key = Redacted.make("canary")
      const annotations = { runDate: "2026-11-21", imdbId: "tt0111161", key, several: [key], inText: `with ${key}` }
      yield* write((metrics) => Effect.annotateLogs(metrics.movieGap("MovieNotFound"), annotations))
      const [document] = documents()
      assert.deepInclude(document, { runDate: "2026-11-21", imdbId: "tt0111161", reason: "MovieNotFound" })
      assert.deepStrictEqual(document._aws.CloudWatchMetrics[0].Dimensions, [["stack", "reason"]])
      assert.notInclude(chunks.join(""), "canary")
    })
  )

  const closeStdout = Effect.sync(() =>
    vi.spyOn(process, "stdout", "get").mockImplementation(() => {
      throw new Error("EBADF: bad file descriptor")
    })
  )
  it.live.each([
    ["the stack's name is not set", { [variable.stack]: undefined }, Effect.void, variable.stack],
    ["stdout is closed", {}, closeStdout, "EBADF"]
  ] as const)("logs a warning and does not fail the caller when %s", ([, variables, prepare, detail]) =>
    Effect.gen(function* () {
      yield* prepare
      const { result, entries } = yield* captureLogs(Metrics.use(everyMetric))
      assert.isTrue(Exit.isSuccess(result))
      assert.deepStrictEqual(chunks, [])
      assert.deepInclude(entries[0], { level: "WARN", message: "Metric not written" })
      assert.include(JSON.stringify(entries[0]), detail)
    }).pipe(Effect.provide(Metrics.layer), Effect.provide(settings(variables)))
  )
})
