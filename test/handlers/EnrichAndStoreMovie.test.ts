import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import { variable } from "../../domain/variables.ts"
import { handleBatch } from "../../handlers/EnrichAndStoreMovie.ts"
import { InvocationDeadline } from "../../services/InvocationDeadline.ts"
import { Omdb } from "../../services/omdb/Omdb.ts"
import { captureLogs } from "../support/captureLogs.ts"
import { FakeMetrics } from "../support/FakeMetrics.ts"
import { FakeS3 } from "../support/FakeS3.ts"
import { FakeSecrets } from "../support/FakeSecrets.ts"
import { FakeSqs } from "../support/FakeSqs.ts"
import {
  foundMovie,
  invalidKey,
  limitReached,
  noReply,
  type Reply,
  refusal,
  ScriptedOmdb,
  unavailable
} from "../support/ScriptedOmdb.ts"
import { exportsQueue, moviesBucket, moviesQueue, settings } from "../support/settings.ts"
import { failed, sqsEvent, sqsRecord } from "../support/sqsEvents.ts"

const runDate = "2026-11-21"
const idOf = (rank: number) => `tt${1_000_000 + rank}`
const message = (rank = 1) => ({
  version: 1,
  runDate,
  total: 10,
  movie: { imdbId: idOf(rank), rank, title: `Movie ${rank}`, year: 1994 }
})
const record = (rank = 1, receives = 1) => sqsRecord(message(rank), { id: `m-${rank}`, receives })

const stage = (...replies: ReadonlyArray<Reply>) => {
  const s3 = new FakeS3()
  const sqs = new FakeSqs()
  const secrets = new FakeSecrets("canary")
  const omdb = new ScriptedOmdb(...replies)
  const metrics = new FakeMetrics()
  const layer = Layer.mergeAll(
    s3.layer,
    sqs.layer,
    metrics.layer,
    Omdb.layerNoDeps.pipe(Layer.provide([omdb.layer, secrets.layer, metrics.layer])),
    settings()
  ).pipe(Layer.provide(settings()))
  const run = (...records: ReadonlyArray<ReturnType<typeof sqsRecord>>) =>
    Effect.gen(function* () {
      const running = yield* Effect.forkChild(
        captureLogs(handleBatch(sqsEvent(...records))).pipe(Effect.provide(layer))
      )
      yield* TestClock.adjust("5 minutes")
      const { result, lines, entries } = yield* Fiber.join(running)
      return { answer: yield* result, lines, entries }
    })
  const enriched = (rank = 1) => s3.json(moviesBucket, `enriched/run_date=${runDate}/${idOf(rank)}.json`)
  const gap = (rank = 1) => s3.json(moviesBucket, `gaps/run_date=${runDate}/${idOf(rank)}.json`)
  return { s3, sqs, secrets, omdb, metrics, run, enriched, gap }
}

const told = (rank: number, outcome: "enriched" | "gap") => ({ version: 1, runDate, imdbId: idOf(rank), outcome })
const waitOf = (rank: number, seconds: number) => ({
  queueUrl: moviesQueue,
  receiptHandle: `handle of m-${rank}`,
  seconds
})

describe("an enriched movie", () => {
  it.effect("is stored with the list's fields and OMDb's apart, told to the exports queue and acknowledged", () =>
    Effect.gen(function* () {
      const { s3, sqs, run, enriched } = stage(foundMovie())
      yield* TestClock.setTime(Date.UTC(2026, 10, 21, 6, 0, 7))
      const { answer, entries } = yield* run(record())
      assert.deepStrictEqual(answer, failed())
      assert.deepInclude(enriched(), {
        runDate,
        imdbId: "tt1000001",
        rank: 1,
        title: "Movie 1",
        year: 1994,
        enrichedAt: "2026-11-21T06:00:07.000Z"
      })
      const { omdb } = JSON.parse(JSON.stringify(enriched()))
      assert.deepInclude(omdb, { title: "The Shawshank Redemption", runtimeMinutes: 142, boxOfficeUsd: 28767189 })
      assert.strictEqual(omdb.raw.Runtime, "142 min")
      assert.deepStrictEqual(sqs.bodies(exportsQueue), [told(1, "enriched")])
      assert.deepStrictEqual(s3.writes, [`enriched/run_date=${runDate}/tt1000001.json`])
      assert.deepStrictEqual(sqs.visibilities, [])
      assert.deepInclude(entries.at(-1), { message: "Movie enriched", runDate, imdbId: "tt1000001" })
    })
  )

  it.effect("is told of in the run's group, once for each version of its object", () =>
    Effect.gen(function* () {
      const { sqs, run } = stage(foundMovie(), refusal(200, "Incorrect IMDb ID."), foundMovie())
      yield* run(record(1))
      yield* run(record(2))
      yield* run(record(1, 2))
      const sent = sqs.sent.map(({ entry: { groupId, deduplicationId } }) => ({ groupId, deduplicationId }))
      assert.deepStrictEqual(sent, [
        { groupId: runDate, deduplicationId: "m-1-enriched-1970-01-01T00:00:00.000Z" },
        { groupId: runDate, deduplicationId: "m-2-gap-1970-01-01T00:05:00.000Z" },
        { groupId: runDate, deduplicationId: "m-1-enriched-1970-01-01T00:10:00.000Z" }
      ])
    })
  )

  it.effect("delivered twice leaves one object", () =>
    Effect.gen(function* () {
      const { s3, run } = stage(foundMovie())
      yield* run(record())
      yield* run(record())
      assert.deepStrictEqual([...s3.objects.keys()], [`${moviesBucket}/enriched/run_date=${runDate}/tt1000001.json`])
    })
  )

  it.effect("leaves the gap of an earlier try where it is", () =>
    Effect.gen(function* () {
      const { run, enriched, gap } = stage(refusal(200, "Incorrect IMDb ID."), foundMovie())
      yield* run(record())
      yield* run(record())
      assert.isDefined(enriched())
      assert.deepInclude(gap(), { reason: "MovieNotFound" })
    })
  )

  it.effect("costs a wait of seconds when OMDb is busy, and no receive", () =>
    Effect.gen(function* () {
      const { sqs, run } = stage(unavailable, unavailable, foundMovie())
      assert.deepStrictEqual((yield* run(record())).answer, failed())
      assert.deepStrictEqual(sqs.visibilities, [])
    })
  )

  it.effect("is not told of before it is stored", () =>
    Effect.gen(function* () {
      const { s3, sqs, run } = stage(foundMovie())
      s3.unwritable = () => true
      assert.deepStrictEqual((yield* run(record())).answer, failed("m-1"))
      assert.deepStrictEqual(sqs.sent, [])
    })
  )
})

describe("a permanent failure", () => {
  it.effect.each([
    ["MovieNotFound", refusal(200, "Incorrect IMDb ID."), "OMDb has no movie tt1000001: Incorrect IMDb ID."],
    ["DifferentMovieReturned", foundMovie({ imdbID: "tt0000009" }), "OMDb returned tt0000009 for tt1000001"],
    ["KeyRejected", invalidKey, "OMDb rejects the API key: Invalid API key!"]
  ] as const)(
    "%s leaves a gap with its reason, tells the exports queue and is acknowledged",
    ([reason, reply, detail]) =>
      Effect.gen(function* () {
        const { sqs, run, enriched, gap } = stage(reply)
        yield* TestClock.setTime(Date.UTC(2026, 10, 21, 6))
        const { answer, entries } = yield* run(record(1, 3))
        assert.deepStrictEqual(answer, failed())
        assert.isUndefined(enriched())
        assert.deepStrictEqual(gap(), {
          runDate,
          imdbId: "tt1000001",
          rank: 1,
          title: "Movie 1",
          reason,
          detail,
          attempts: 3,
          at: "2026-11-21T06:00:00.000Z"
        })
        assert.deepStrictEqual(sqs.bodies(exportsQueue), [told(1, "gap")])
        assert.deepStrictEqual(sqs.visibilities, [])
        assert.deepInclude(entries.at(-1), { message: "Movie recorded as gap", reason, runDate, imdbId: "tt1000001" })
      })
  )

  it.effect("of the key comes only after the secret was read once more", () =>
    Effect.gen(function* () {
      const { secrets, run } = stage(invalidKey)
      yield* run(record())
      assert.strictEqual(secrets.readAfresh, 1)
    })
  )

  it.effect("of the key ends the rest of its batch the same way, without a call for each", () =>
    Effect.gen(function* () {
      const { omdb, run, gap } = stage(invalidKey)
      const ranks = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
      const { answer } = yield* run(...ranks.map((rank) => record(rank)))
      assert.deepStrictEqual(answer, failed())
      for (const rank of ranks) assert.deepInclude(gap(rank), { reason: "KeyRejected", imdbId: idOf(rank) })
      // Four records are on their way when the first refusal comes.
      assert.isAtMost(omdb.urls.length, 4)
    })
  )

  it.effect("whose gap cannot be stored is a temporary one", () =>
    Effect.gen(function* () {
      const { s3, sqs, run } = stage(refusal(200, "Incorrect IMDb ID."))
      s3.unwritable = () => true
      assert.deepStrictEqual((yield* run(record())).answer, failed("m-1"))
      assert.deepStrictEqual([sqs.sent, sqs.visibilities], [[], [waitOf(1, 60)]])
    })
  )
})

describe("a temporary failure", () => {
  it.effect.each([
    [1, 60],
    [2, 300],
    [3, 900],
    [4, 3_600],
    [5, 4 * 3_600],
    // SQS would refuse 12 hours: it counts them from the receive.
    [6, 42_300],
    [7, 42_300]
  ] as const)("on receive %i is reported failed, to be seen again after %i seconds", ([receives, seconds]) =>
    Effect.gen(function* () {
      const { s3, sqs, run } = stage(unavailable)
      const { answer, entries } = yield* run(record(1, receives))
      assert.deepStrictEqual(answer, failed("m-1"))
      assert.deepStrictEqual(sqs.visibilities, [waitOf(1, seconds)])
      assert.deepStrictEqual([s3.writes, sqs.sent], [[], []])
      assert.deepInclude(entries.at(-1), {
        message: "Record failed",
        reason: "OmdbUnavailable",
        runDate,
        imdbId: "tt1000001",
        messageId: "m-1"
      })
    })
  )

  it.effect.each([
    ["the secret that cannot be read", "SecretUnreadable"],
    ["the object that cannot be stored", "ObjectUnwritable"],
    ["the export message that cannot be sent", "MessagesUnsent"]
  ] as const)("is %s, too", ([, reason]) =>
    Effect.gen(function* () {
      const { s3, sqs, secrets, run } = stage(foundMovie())
      secrets.unreadable = reason === "SecretUnreadable"
      s3.unwritable = () => reason === "ObjectUnwritable"
      sqs.refusesToSend = reason === "MessagesUnsent"
      const { answer, entries } = yield* run(record())
      assert.deepStrictEqual(answer, failed("m-1"))
      assert.deepStrictEqual(sqs.visibilities, [waitOf(1, 60)])
      assert.deepInclude(entries.at(-1), { reason })
    })
  )

  it.effect("fails its record and no other of the batch", () =>
    Effect.gen(function* () {
      const { sqs, run } = stage((request, url) =>
        (url.searchParams.get("i") === idOf(2) ? unavailable : foundMovie())(request, url)
      )
      const { answer } = yield* run(record(1), record(2), record(3))
      assert.deepStrictEqual(answer, failed("m-2"))
      assert.deepStrictEqual(sqs.bodies(exportsQueue), [told(1, "enriched"), told(3, "enriched")])
      assert.deepStrictEqual(sqs.visibilities, [waitOf(2, 60)])
    })
  )

  it.effect("stays one when its wait cannot be set", () =>
    Effect.gen(function* () {
      const { sqs, run } = stage(unavailable)
      sqs.refusesToChange = true
      const { answer, entries } = yield* run(record())
      assert.deepStrictEqual(answer, failed("m-1"))
      assert.deepInclude(entries[0], { message: "Retry not deferred", reason: "VisibilityUnchanged" })
    })
  )
})

describe("the used-up quota", () => {
  it.effect.each([
    [1, 4 * 3_600],
    [5, 4 * 3_600],
    [6, 42_300]
  ] as const)("on receive %i is waited for %i seconds, never under four hours", ([receives, seconds]) =>
    Effect.gen(function* () {
      const { omdb, sqs, run } = stage(limitReached)
      assert.deepStrictEqual((yield* run(record(1, receives))).answer, failed("m-1"))
      assert.deepStrictEqual(sqs.visibilities, [waitOf(1, seconds)])
      assert.strictEqual(omdb.urls.length, 1)
    })
  )

  it.effect("puts off the rest of its batch without asking OMDb for them", () =>
    Effect.gen(function* () {
      const { omdb, sqs, s3, run } = stage(limitReached)
      const { answer } = yield* run(...[1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((rank) => record(rank)))
      assert.strictEqual(answer.batchItemFailures.length, 10)
      assert.strictEqual(sqs.visibilities.length, 10)
      assert.isTrue(sqs.visibilities.every(({ seconds }) => seconds === 4 * 3_600))
      assert.deepStrictEqual(s3.writes, [])
      assert.isAtMost(omdb.urls.length, 4)
    })
  )

  it.effect("is asked about again by the next batch", () =>
    Effect.gen(function* () {
      const { run, enriched } = stage(limitReached, foundMovie())
      yield* run(record())
      yield* run(record())
      assert.isDefined(enriched())
    })
  )
})

describe("the last receive", () => {
  it.effect("of a temporary failure leaves a gap, tells of it, and is reported failed all the same", () =>
    Effect.gen(function* () {
      const { sqs, run, gap } = stage(unavailable)
      const { answer } = yield* run(record(1, 8))
      assert.deepStrictEqual(answer, failed("m-1"))
      assert.deepInclude(gap(), { reason: "OmdbUnavailable", attempts: 8 })
      assert.deepStrictEqual(sqs.bodies(exportsQueue), [told(1, "gap")])
      assert.deepStrictEqual(sqs.visibilities, [])
    })
  )

  it.effect("is not the one before it, and is every one after it", () =>
    Effect.gen(function* () {
      const { run, gap } = stage(unavailable)
      yield* run(record(1, 7), record(2, 9))
      assert.isUndefined(gap(1))
      assert.deepInclude(gap(2), { attempts: 9 })
    })
  )

  it.effect("of a success is a success", () =>
    Effect.gen(function* () {
      const { run, enriched, gap } = stage(foundMovie())
      assert.deepStrictEqual((yield* run(record(1, 8))).answer, failed())
      assert.isDefined(enriched())
      assert.isUndefined(gap())
    })
  )

  it.effect("of the used-up quota is told of as that", () =>
    Effect.gen(function* () {
      const { run, gap } = stage(limitReached)
      assert.deepStrictEqual((yield* run(record(1, 8))).answer, failed("m-1"))
      assert.deepInclude(gap(), { reason: "QuotaExhausted" })
    })
  )

  it.effect("of a defect leaves a gap, too: a bug with one movie must not keep back the whole day", () =>
    Effect.gen(function* () {
      const { run, gap } = stage(() => Effect.die(new TypeError("x is not a function")))
      assert.deepStrictEqual((yield* run(record(1, 8))).answer, failed("m-1"))
      assert.deepInclude(gap(), { reason: "Defect", detail: "x is not a function" })
    })
  )

  it.effect("that can leave no gap is the dead letter's, and says so", () =>
    Effect.gen(function* () {
      const { s3, run } = stage(unavailable)
      s3.unwritable = () => true
      const { answer, entries } = yield* run(record(1, 8))
      assert.deepStrictEqual(answer, failed("m-1"))
      assert.deepInclude(entries[0], { level: "ERROR", message: "Last gap not written", imdbId: "tt1000001" })
      assert.deepInclude(entries[1], { reason: "OmdbUnavailable" })
    })
  )
})

describe("a record", () => {
  it.effect.each([
    ["that is no JSON", "<xml/>"],
    ["of another version", { ...message(), version: 2 }],
    ["about no IMDb id", { ...message(), movie: { ...message().movie, imdbId: "nm0000151" } }]
  ])("%s is left to the dead-letter queue, and asks nothing of OMDb", ([, body]) =>
    Effect.gen(function* () {
      const { omdb, s3, sqs, run } = stage(foundMovie())
      const { answer, entries } = yield* run(sqsRecord(body, { id: "m-odd", receives: 8 }), record(2))
      assert.deepStrictEqual(answer, failed("m-odd"))
      assert.deepInclude(entries[0], { reason: "InvalidInput", messageId: "m-odd" })
      assert.deepStrictEqual([omdb.urls.length, s3.writes.length, sqs.visibilities.length], [1, 1, 0])
    })
  )

  it.effect("for which OMDb leaves no time still gets its gap in time on its last receive", () =>
    Effect.gen(function* () {
      const { run, gap } = stage(noReply)
      const { answer } = yield* run(record(1, 8), record(2, 8)).pipe(Effect.provideService(InvocationDeadline, 20_000))
      assert.deepStrictEqual(answer, failed("m-1", "m-2"))
      assert.deepInclude(gap(1), { reason: "OmdbUnavailable" })
      assert.deepInclude(gap(2), { reason: "OmdbUnavailable" })
    })
  )

  it.effect("fails the invocation while an environment variable is missing", () =>
    Effect.gen(function* () {
      const { s3, sqs, omdb, metrics } = stage(foundMovie())
      const layer = Layer.mergeAll(
        s3.layer,
        sqs.layer,
        metrics.layer,
        Omdb.layerNoDeps.pipe(Layer.provide([omdb.layer, new FakeSecrets("k").layer, metrics.layer, settings()])),
        settings({ [variable.exportsQueue]: undefined })
      )
      const error = yield* Effect.flip(handleBatch(sqsEvent(record()))).pipe(Effect.provide(layer))
      assert.include(String(error), variable.exportsQueue)
    })
  )
})

describe("what is measured", () => {
  it.effect("is each movie enriched and each call to OMDb, those that are tried again too", () =>
    Effect.gen(function* () {
      const { metrics, run } = stage(unavailable, foundMovie())
      yield* run(record(1))
      assert.deepStrictEqual(metrics.recorded, [["omdbCalled", 0], ["omdbCalled", 0], ["movieEnriched"]])
    })
  )

  it.effect("is each gap by its reason, once its record is told to the exports queue", () =>
    Effect.gen(function* () {
      const { sqs, metrics, run } = stage(refusal(200, "Incorrect IMDb ID."), unavailable)
      yield* run(record(1))
      yield* run(record(2, 8))
      const gaps = metrics.recorded.filter(([fact]) => fact === "movieGap")
      assert.deepStrictEqual(gaps, [
        ["movieGap", "MovieNotFound"],
        ["movieGap", "OmdbUnavailable"]
      ])
      sqs.refusesToSend = true
      yield* run(record(1))
      assert.strictEqual(metrics.count("movieGap"), 2)
    })
  )

  it.effect("is the quota's end once for a batch, since no more is asked after it", () =>
    Effect.gen(function* () {
      const { metrics, run } = stage(limitReached)
      yield* run(record(1), record(2), record(3), record(4), record(5), record(6))
      assert.isAtMost(metrics.count("omdbQuotaHit"), 4)
      assert.strictEqual(metrics.count("omdbQuotaHit"), metrics.count("omdbCalled"))
      assert.strictEqual(metrics.count("movieEnriched") + metrics.count("movieGap"), 0)
    })
  )
})

it.effect("the API key is in no object, message or log line, whatever OMDb answers", () =>
  Effect.gen(function* () {
    for (const reply of [
      foundMovie(),
      unavailable,
      invalidKey,
      limitReached,
      refusal(200, "Unknown request: apikey=canary")
    ]) {
      const { s3, sqs, run } = stage(reply)
      const { lines } = yield* run(record(1), record(2, 8))
      const everything = JSON.stringify([lines, [...s3.objects], sqs.sent, sqs.visibilities])
      assert.notInclude(everything, "canary")
    }
  })
)
