import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Schema from "effect/Schema"
import { csvKey } from "../../domain/keys.ts"
import { runDate } from "../support/exampleRun.ts"
import { FakeBucket } from "../support/FakeBucket.ts"
import { FakeDynamoDb } from "../support/FakeDynamoDb.ts"
import { failed } from "../support/sqsEvents.ts"
import { arrival, csvOf, loading } from "./loading.ts"

const csv = csvKey(runDate)
const titlesOf = (table: FakeDynamoDb) => table.day(runDate).map(({ title }) => title)

describe("LoadCsvToDynamoDb, with versions and arrivals in any order", () => {
  const Version = Schema.Array(Schema.Literals([1, 2, 3, 4, 5])).pipe(
    Schema.check(Schema.isUnique(), Schema.isMaxLength(5))
  )
  it.effect.prop(
    "ends with the newest version, in whatever order and however often its arrivals come",
    [Schema.NonEmptyArray(Version), Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 20 })))],
    ([versions, order]) =>
      Effect.gen(function* () {
        const [bucket, table] = [new FakeBucket(), new FakeDynamoDb()]
        const sequencer = (version: number) => `0A${version.toString(16).toUpperCase().padStart(4, "0")}`
        const newest = versions.length - 1
        // Each version is there when its number comes up; the newest's arrival comes at some time after it.
        const deliveries = [...order.map((pick) => pick % versions.length), newest]
        let written = -1
        for (const delivered of deliveries) {
          for (; written < delivered; written++) {
            bucket.put(csv, csvOf(versions[written + 1] ?? [], runDate, `v${written + 1}`))
          }
          assert.deepStrictEqual(yield* loading(bucket, table, arrival(sequencer(delivered))), failed())
        }
        const ranks = [...(versions[newest] ?? [])].sort()
        assert.deepStrictEqual(
          titlesOf(table),
          ranks.map((rank) => `v${newest} ${rank}`)
        )
      })
  )

  const Moment = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 60 }))
  it.effect.prop(
    "ends with the newest version when it arrives, and is loaded, at any moment of another load",
    [Version, Version, Moment, Schema.Array(Moment)],
    ([older, newest, moment, delays]) =>
      Effect.gen(function* () {
        const [bucket, table] = [new FakeBucket(), new FakeDynamoDb()]
        const pauses = [...delays]
        table.beforePut = () => Effect.repeat(Effect.yieldNow, { times: pauses.shift() ?? 0 })
        bucket.put(csv, csvOf(older, runDate, "Older"))
        const first = yield* Effect.forkChild(loading(bucket, table, arrival("0A1")))
        yield* Effect.repeat(Effect.yieldNow, { times: moment })
        bucket.put(csv, csvOf(newest, runDate, "Newest"))
        assert.deepStrictEqual(yield* loading(bucket, table, arrival("0A2")), failed())
        assert.deepStrictEqual(yield* Fiber.join(first), failed())
        assert.deepStrictEqual(
          titlesOf(table),
          [...newest].sort().map((rank) => `Newest ${rank}`)
        )
      })
  )
})
