import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { enrichedKey, gapKey, rosterKey } from "../../../domain/keys.ts"
import { handleBatch as exportBatch } from "../../../handlers/ExportMoviesToCsv.ts"
import { AwaitedMovies } from "../../../handlers/export/awaitedMovie.ts"
import { SeededRandom } from "../../../local/SeededRandom.ts"
import { enrichedMovie, gapOf, idOf, ranksUpTo, rosterOf, runDate } from "../../support/exampleRun.ts"
import { failed, sqsEvent } from "../../support/sqsEvents.ts"
import { csv, exportRecord, exportStage, manifest } from "../stages.ts"

/** ExportMoviesToCsv after a first message of a run of five, whose movies 2 and 5 are pending. */
const waitingStage = Effect.fnUntraced(function* () {
  const stage = exportStage()
  stage.putRun(ranksUpTo(5), [1, 3], [4])
  yield* stage.handle(exportRecord(1))
  const { faults, callsOf } = stage
  const before = faults.calls.length
  /** The operations of S3 after the first message, in alphabetical order. */
  const operations = () =>
    faults.calls
      .slice(before)
      .map(({ operation }) => operation)
      .sort()
  return { ...stage, operations, callsOf }
})

const wholeExport = ["GetObject", "ListObjectsV2", "ListObjectsV2"]

describe("ExportMoviesToCsv while a movie is pending", () => {
  it.effect("requests three single objects for later messages, and neither lists the run nor reads its roster", () =>
    Effect.gen(function* () {
      const { handle, operations, callsOf, written } = yield* waitingStage()
      const { response, entries } = yield* handle(exportRecord(3), exportRecord(4))
      assert.deepStrictEqual([response, written()], [failed(), []])
      assert.deepStrictEqual(operations(), ["HeadObject", "HeadObject", "HeadObject"])
      const awaited = [enrichedKey(runDate, idOf(5)), gapKey(runDate, idOf(5))]
      assert.sameMembers(callsOf("HeadObject"), [rosterKey(runDate), ...awaited])
      assert.deepInclude(entries.at(-1), { message: "Awaited movie still pending", runDate, imdbId: idOf(5) })
    })
  )

  it.effect.each([
    ["an enriched object", enrichedKey(runDate, idOf(5)), enrichedMovie(5)],
    ["a gap", gapKey(runDate, idOf(5)), gapOf(5)]
  ] as const)("exports the run once the movie has %s, whichever movie the message is about", ([, key, content]) =>
    Effect.gen(function* () {
      const { handle, put, written } = yield* waitingStage()
      put(enrichedKey(runDate, idOf(2)), enrichedMovie(2))
      put(key, content)
      yield* handle(exportRecord(2))
      assert.deepStrictEqual(written(), [csv, manifest])
    })
  )

  it.effect("lists the run at once when a message is about the movie", () =>
    Effect.gen(function* () {
      const { handle, put, operations } = yield* waitingStage()
      put(enrichedKey(runDate, idOf(5)), enrichedMovie(5))
      const { entries } = yield* handle(exportRecord(5))
      assert.deepStrictEqual(operations(), wholeExport)
      assert.deepInclude(entries.at(-1), { message: "Run not complete", pending: 1 })
    })
  )

  it.effect("exports the run when a newer roster does not have the movie", () =>
    Effect.gen(function* () {
      const { handle, put, exportedRanks } = yield* waitingStage()
      put(rosterKey(runDate), { ...rosterOf([1, 3]), createdAt: "2026-11-21T06:00:00.500Z" })
      yield* handle(exportRecord(3))
      assert.deepStrictEqual(yield* exportedRanks, [1, 3])
    })
  )

  it.effect("does not count a gap of the movie from before the roster", () =>
    Effect.gen(function* () {
      const { handle, put, written, operations } = yield* waitingStage()
      put(enrichedKey(runDate, idOf(2)), enrichedMovie(2))
      put(gapKey(runDate, idOf(5)), gapOf(5), Date.parse("2026-11-21T05:00:00Z"))
      yield* handle(exportRecord(2))
      assert.deepStrictEqual([written(), operations()], [[], ["HeadObject", "HeadObject", "HeadObject"]])
    })
  )

  it.effect("exports the run for any message after the deadline", () =>
    Effect.gen(function* () {
      const { handle, readManifest } = yield* waitingStage()
      yield* TestClock.setTime(Date.parse("2026-11-21T06:30:00Z"))
      yield* handle(exportRecord(3))
      assert.deepStrictEqual((yield* readManifest).pending, [idOf(2), idOf(5)])
    })
  )

  it.effect("fails the messages when S3 cannot be asked for the movie, and handles them on the next receive", () =>
    Effect.gen(function* () {
      const { handle, faults, endFaults } = yield* waitingStage()
      faults.fail("HeadObject", (key) => key === gapKey(runDate, idOf(5)))
      const { response, entries } = yield* handle(exportRecord(3))
      assert.deepStrictEqual([response, entries.at(-1)?.["reason"]], [failed("m-3"), "ObjectUnreadable"])
      endFaults()
      assert.deepStrictEqual((yield* handle(exportRecord(3))).response, failed())
    })
  )
})

describe("ExportMoviesToCsv in several execution environments", () => {
  const seeds = Array.from({ length: 100 }, (_, index) => index + 1)

  /** A run, often run again with fewer movies while its messages are still in the queue. Before the deadline. */
  const randomRun = Effect.fnUntraced(function* (seed: number) {
    const random = new SeededRandom(seed)
    const stage = exportStage()
    const environments = [new Map(), new Map(), new Map()]
    const queue: Array<number> = []
    const receive = Effect.fnUntraced(function* () {
      const records = queue.splice(0, random.between(1, 3)).map((rank) => exportRecord(rank))
      const environment = environments[random.between(0, 2)] ?? new Map()
      const handled = Effect.provideService(exportBatch(sqsEvent(...records)), AwaitedMovies, environment)
      assert.deepStrictEqual((yield* stage.runBatch(handled)).response, failed())
    })
    const rosters = random.chance(500) ? [ranksUpTo(6)] : [ranksUpTo(6), random.shuffle(ranksUpTo(6)).slice(0, 4)]
    for (const [index, ranks] of rosters.entries()) {
      stage.put(rosterKey(runDate), { ...rosterOf(ranks), createdAt: `2026-11-21T06:00:0${index}.000Z` })
      const isLast = index === rosters.length - 1
      for (const rank of random.shuffle(ranks).slice(0, isLast ? ranks.length : random.between(0, ranks.length))) {
        stage.put(enrichedKey(runDate, idOf(rank)), enrichedMovie(rank))
        queue.push(rank)
        while (queue.length > 0 && random.chance(600)) yield* receive()
      }
    }
    while (queue.length > 0) yield* receive()
    const { rosterCreatedAt, pending, enriched } = yield* stage.readManifest
    const expected = [`2026-11-21T06:00:0${rosters.length - 1}.000Z`, 0, rosters.at(-1)?.length]
    assert.deepStrictEqual([rosterCreatedAt, pending.length, enriched], expected, `seed ${seed}`)
  })

  it.effect("exports the latest roster without an export request, whatever the order of objects and messages", () =>
    Effect.forEach(seeds, randomRun, { discard: true })
  )
})
