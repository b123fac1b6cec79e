import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Schema from "effect/Schema"
import { comparableSequencer } from "../../domain/TableItem.ts"
import { idOf, ranksUpTo, runDate } from "../support/exampleRun.ts"
import { failed } from "../support/sqsEvents.ts"
import { csv, csvOf, loadStage, notification } from "./loadStage.ts"

describe("LoadCsvToDynamoDb for several versions of a CSV", () => {
  it.effect.each([
    ["a longer sequencer with the same beginning", ["0A1", "0A1F", "0A1"], "0A1F"],
    ["a shorter sequencer that is greater", ["0A1", "0B", "0A1"], "0B"],
    ["lower-case and upper-case digits", ["0ab", "0AC", "0ab"], "0AC"]
  ] as const)("compares %s", ([, sequencers, newest]) =>
    Effect.gen(function* () {
      const { put, handle, items } = loadStage()
      put(csv, csvOf([1]))
      for (const sequencer of sequencers) yield* handle(notification(sequencer))
      assert.strictEqual(items()[0]?.loadedFrom, comparableSequencer(newest))
    })
  )

  it.effect("does not put back a row that a newer load deleted while this load was writing", () =>
    Effect.gen(function* () {
      const { put, handle, titles, items, faults, endFaults } = loadStage()
      put(csv, csvOf(ranksUpTo(10)))
      // Before the last row is put, a newer CSV without it is written, and another invocation loads that CSV.
      faults.beforeCall = ({ operation, resource }) => {
        if (operation !== "PutItem" || resource !== idOf(10)) return Effect.void
        endFaults()
        put(csv, csvOf(ranksUpTo(5), runDate, "Newer"))
        return handle(notification("0A2")).pipe(Effect.orDie)
      }
      // The index does not list the row that was put last.
      faults.indexLag = () => Number.POSITIVE_INFINITY
      assert.deepStrictEqual((yield* handle(notification("0A1"))).response, failed())
      assert.deepStrictEqual(
        titles(),
        ranksUpTo(5).map((rank) => `Newer ${rank}`)
      )
      assert.isTrue(items().every(({ loadedFrom }) => loadedFrom === comparableSequencer("0A2")))
    })
  )

  it.effect("keeps a newer row that the index lists and the CSV does not have", () =>
    Effect.gen(function* () {
      const { put, handle, ranks } = loadStage()
      put(csv, csvOf([1, 2]))
      yield* handle(notification("0A3"))
      put(csv, csvOf([1]))
      yield* handle(notification("0A2"))
      assert.deepStrictEqual(ranks(), [1, 2])
    })
  )

  const Version = Schema.Array(Schema.Literals([1, 2, 3, 4, 5])).pipe(
    Schema.check(Schema.isUnique(), Schema.isMaxLength(5))
  )
  it.effect.prop(
    "ends with the newest version for any order and repetition of the notifications",
    [Schema.NonEmptyArray(Version), Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 20 })))],
    ([versions, order]) =>
      Effect.gen(function* () {
        const { put, handle, titles } = loadStage()
        const sequencer = (version: number) => `0A${version.toString(16).toUpperCase().padStart(4, "0")}`
        const newest = versions.length - 1
        // A notification comes at any time after its version was written; the newest version's comes last.
        const deliveries = [...order.map((pick) => pick % versions.length), newest]
        let written = -1
        for (const delivered of deliveries) {
          for (; written < delivered; written++) {
            put(csv, csvOf(versions[written + 1] ?? [], runDate, `v${written + 1}`))
          }
          assert.deepStrictEqual((yield* handle(notification(sequencer(delivered)))).response, failed())
        }
        assert.deepStrictEqual(
          titles(),
          (versions[newest] ?? []).toSorted().map((rank) => `v${newest} ${rank}`)
        )
      })
  )

  const Moment = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 60 }))
  it.effect.prop(
    "ends with the newest version when it is written and loaded at any moment of another load",
    [Version, Version, Moment, Schema.Array(Moment)],
    ([older, newest, moment, delays]) =>
      Effect.gen(function* () {
        const { put, handle, titles, faults } = loadStage()
        const pauses = [...delays]
        faults.beforeCall = ({ operation }) =>
          operation === "PutItem" ? Effect.repeat(Effect.yieldNow, { times: pauses.shift() ?? 0 }) : Effect.void
        put(csv, csvOf(older, runDate, "Older"))
        const first = yield* Effect.forkChild(handle(notification("0A1")))
        yield* Effect.repeat(Effect.yieldNow, { times: moment })
        put(csv, csvOf(newest, runDate, "Newest"))
        assert.deepStrictEqual((yield* handle(notification("0A2"))).response, failed())
        assert.deepStrictEqual((yield* Fiber.join(first)).response, failed())
        assert.deepStrictEqual(
          titles(),
          newest.toSorted().map((rank) => `Newest ${rank}`)
        )
      })
  )
})
