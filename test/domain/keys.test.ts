import { assert, describe, it } from "@effect/vitest"
import { Effect, Option } from "effect"
import { ImdbId } from "../../domain/ImdbId.ts"
import {
  csvKey,
  enrichedKey,
  enrichedPrefix,
  gapKey,
  gapsPrefix,
  manifestKey,
  prefix,
  rosterKey,
  runDateOfCsvKey
} from "../../domain/keys.ts"
import { RunDate } from "../../domain/RunDate.ts"

const runDate = RunDate.make("2026-11-21")
const imdbId = ImdbId.make("tt0111161")

describe("keys", () => {
  it("lay a run out in Hive partitions by its date", () => {
    assert.strictEqual(rosterKey(runDate), "runs/run_date=2026-11-21/roster.json")
    assert.strictEqual(enrichedKey(runDate, imdbId), "enriched/run_date=2026-11-21/tt0111161.json")
    assert.strictEqual(gapKey(runDate, imdbId), "gaps/run_date=2026-11-21/tt0111161.json")
    assert.strictEqual(csvKey(runDate), "csv/run_date=2026-11-21/movies.csv")
    assert.strictEqual(manifestKey(runDate), "runs/run_date=2026-11-21/manifest.json")
  })

  it.effect.prop(
    "every key lies below the prefix it is granted and listed by",
    [RunDate, ImdbId],
    ([runDate, imdbId]) =>
      Effect.gen(function* () {
        assert.isTrue(enrichedKey(runDate, imdbId).startsWith(enrichedPrefix(runDate)))
        assert.isTrue(enrichedPrefix(runDate).startsWith(prefix.enriched))
        assert.isTrue(gapKey(runDate, imdbId).startsWith(gapsPrefix(runDate)))
        assert.isTrue(gapsPrefix(runDate).startsWith(prefix.gaps))
        assert.isTrue(csvKey(runDate).startsWith(prefix.csv))
        assert.isTrue(rosterKey(runDate).startsWith(prefix.runs))
        assert.isTrue(manifestKey(runDate).startsWith(prefix.runs))
      })
  )

  it.effect.prop("no two movies, runs or kinds share a key", [RunDate, RunDate, ImdbId, ImdbId], ([day, other, a, b]) =>
    Effect.gen(function* () {
      const keysOf = (runDate: RunDate, id: ImdbId) => [enrichedKey(runDate, id), gapKey(runDate, id)]
      const expected = (a === b ? 1 : 2) * (day === other ? 1 : 2) * 2
      const keys = [day, other].flatMap((runDate) => [a, b].flatMap((id) => keysOf(runDate, id)))
      assert.strictEqual(new Set(keys).size, expected)
    })
  )

  it.effect.prop("the run of a CSV is read back from its key", [RunDate], ([runDate]) =>
    Effect.gen(function* () {
      assert.deepStrictEqual(runDateOfCsvKey(csvKey(runDate)), Option.some(runDate))
    })
  )

  it.each([
    "csv/run_date=2026-02-30/movies.csv",
    "csv/run_date=2026-11-21/other.csv",
    "csv/run_date=2026-11-21/run_date=2026-11-22/movies.csv",
    "old/csv/run_date=2026-11-21/movies.csv",
    "csv/run_date%3D2026-11-21/movies.csv",
    "runs/run_date=2026-11-21/manifest.json",
    ""
  ])("%j is the key of no CSV", (key) => {
    assert.deepStrictEqual(runDateOfCsvKey(key), Option.none())
  })
})
