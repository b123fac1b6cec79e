import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { enrichedKey, gapKey, rosterKey } from "../../domain/keys.ts"
import { captureLogs } from "../support/captureLogs.ts"
import { enrichedMovie, gapOf, idOf, runDate } from "../support/exampleRun.ts"
import { FakeBucket } from "../support/FakeBucket.ts"
import { failed } from "../support/sqsEvents.ts"
import { csv, endedSoFar, exporting, manifest, told } from "./exporting.ts"

describe("ExportMoviesToCsv, where something fails", () => {
  it.effect("writes both again when the manifest could not be written", () =>
    Effect.gen(function* () {
      const bucket = new FakeBucket()
      endedSoFar(bucket, [1], [1])
      bucket.unwritable = (key) => key === manifest
      assert.deepStrictEqual(yield* exporting(bucket, told(1)), failed("m-1"))
      bucket.unwritable = () => false
      assert.deepStrictEqual(yield* exporting(bucket, told(1)), failed())
      assert.deepStrictEqual(bucket.puts, [csv, csv, manifest])
    })
  )

  it.effect("writes no manifest of a CSV that could not be written", () =>
    Effect.gen(function* () {
      const bucket = new FakeBucket()
      endedSoFar(bucket, [1], [1])
      bucket.unwritable = (key) => key === csv
      const { result, entries } = yield* captureLogs(exporting(bucket, told(1)))
      assert.deepStrictEqual(yield* result, failed("m-1"))
      assert.deepStrictEqual([bucket.puts, entries[0]?.["reason"]], [[], "ObjectUnwritable"])
    })
  )

  it.effect.each([
    ["is no JSON", "{"],
    ["is no enriched movie", JSON.stringify({ imdbId: idOf(2) })],
    ["tells of another movie", JSON.stringify(enrichedMovie(3))]
  ] as const)("exports nothing while an object %s, and names its key", ([, content]) =>
    Effect.gen(function* () {
      const bucket = new FakeBucket()
      endedSoFar(bucket, [1, 2], [1, 2])
      const key = enrichedKey(runDate, idOf(2))
      bucket.put(key, content)
      const { result, entries } = yield* captureLogs(exporting(bucket, told(1), told(2)))
      assert.deepStrictEqual(yield* result, failed("m-1", "m-2"))
      assert.deepStrictEqual([bucket.puts, entries[0]?.["reason"]], [[], "DocumentInvalid"])
      assert.include(String(entries[0]?.["detail"]), key)
    })
  )

  it.effect("fails on a gap that is none, and names its key", () =>
    Effect.gen(function* () {
      const bucket = new FakeBucket()
      endedSoFar(bucket, [1, 2], [1])
      bucket.put(gapKey(runDate, idOf(2)), { ...gapOf(2), attempts: 0 })
      const { result, entries } = yield* captureLogs(exporting(bucket, told(2)))
      assert.deepStrictEqual(yield* result, failed("m-2"))
      assert.include(String(entries[0]?.["detail"]), gapKey(runDate, idOf(2)))
    })
  )

  it.effect("fails for a run that has no roster, and says so", () =>
    Effect.gen(function* () {
      const bucket = new FakeBucket()
      endedSoFar(bucket, [1], [1])
      bucket.objects.delete(rosterKey(runDate))
      const { result, entries } = yield* captureLogs(exporting(bucket, told(1)))
      assert.deepStrictEqual(yield* result, failed("m-1"))
      const { reason, detail, runDate: day } = entries[0] ?? {}
      assert.deepStrictEqual(
        [reason, detail, day],
        ["ObjectMissing", `There is no object s3://movies-bucket/${rosterKey(runDate)}.`, runDate]
      )
    })
  )
})
