import { assert, describe, it } from "@effect/vitest"
import { Effect, Option } from "effect"
import { ImdbId } from "../../domain/ImdbId.ts"
import {
  analyticsKey,
  analyticsNames,
  csvKey,
  enrichedKey,
  enrichedPrefix,
  gapKey,
  gapsPrefix,
  keyPattern,
  latestKey,
  manifestKey,
  notifiedKey,
  prefix,
  reportKey,
  rosterKey,
  runDateOfCsvKey,
  runDateOfManifestKey,
  runDateOfRosterKey,
  runFolders
} from "../../domain/keys.ts"
import { RunDate } from "../../domain/RunDate.ts"
import { matches } from "../../local/iam/evaluate.ts"

const runDate = RunDate.make("2026-11-21")
const imdbId = ImdbId.make("tt0111161")

describe("keys", () => {
  it("are Hive partitions by run date", () => {
    assert.strictEqual(rosterKey(runDate), "runs/run_date=2026-11-21/roster.json")
    assert.strictEqual(enrichedKey(runDate, imdbId), "enriched/run_date=2026-11-21/tt0111161.json")
    assert.strictEqual(gapKey(runDate, imdbId), "gaps/run_date=2026-11-21/tt0111161.json")
    assert.strictEqual(csvKey(runDate), "csv/run_date=2026-11-21/movies.csv")
    assert.strictEqual(manifestKey(runDate), "runs/run_date=2026-11-21/manifest.json")
    assert.strictEqual(reportKey(runDate), "reports/run_date=2026-11-21/index.html")
    assert.strictEqual(analyticsKey("genres", runDate), "analytics/genres/run_date=2026-11-21/genres.csv")
  })

  it("of the newest run are the same from day to day", () => {
    assert.deepStrictEqual(latestKey, {
      csv: "latest/movies.csv",
      report: "latest/index.html",
      manifest: "latest/manifest.json"
    })
  })

  it("begin with the prefix that permissions and listings name", () => {
    assert.deepStrictEqual(prefix, {
      enriched: "enriched/",
      gaps: "gaps/",
      runs: "runs/",
      csv: "csv/",
      reports: "reports/",
      analytics: "analytics/"
    })
    assert.strictEqual(enrichedPrefix(runDate), "enriched/run_date=2026-11-21/")
    assert.strictEqual(gapsPrefix(runDate), "gaps/run_date=2026-11-21/")
  })
})

describe("runFolders", () => {
  it("are the folders of all documents of a run, each once", () => {
    const analyticsKeys = analyticsNames.map((name) => analyticsKey(name, runDate))
    const documents = [rosterKey, csvKey, reportKey].map((keyOf) => keyOf(runDate))
    const keys = [...documents, enrichedKey(runDate, imdbId), gapKey(runDate, imdbId), ...analyticsKeys]
    assert.sameMembers(
      [...runFolders(runDate)],
      keys.map((key) => key.slice(0, key.lastIndexOf("/") + 1))
    )
  })
})

describe("keyPattern", () => {
  it("matches the keys of a document, and no other key below its prefix", () => {
    const all = [rosterKey(runDate), manifestKey(runDate), csvKey(runDate), gapKey(runDate, imdbId)]
    const reports = [
      reportKey(runDate),
      notifiedKey(runDate),
      ...analyticsNames.map((name) => analyticsKey(name, runDate))
    ]
    const keys = [...all, enrichedKey(runDate, ImdbId.make("tt12345678")), ...reports]
    const others = ["csv/movies.csv", "csv/run_date=all/movies.csv", "csv/run_date=2026-11-21/x/movies.csv"]
    const patterns = Object.entries(keyPattern).flatMap(([document, patterns]) =>
      [patterns].flat().map((pattern) => [document, pattern] as const)
    )
    for (const [document, pattern] of patterns) {
      assert.lengthOf(
        [...keys, ...others].filter((key) => matches(pattern, key)),
        1,
        document
      )
    }
  })
})

describe("runDateOfCsvKey, runDateOfRosterKey and runDateOfManifestKey", () => {
  it.effect.prop("return the run date of a key", [RunDate], ([runDate]) =>
    Effect.gen(function* () {
      assert.deepStrictEqual(runDateOfCsvKey(csvKey(runDate)), Option.some(runDate))
      assert.deepStrictEqual(runDateOfRosterKey(rosterKey(runDate)), Option.some(runDate))
      assert.deepStrictEqual(runDateOfManifestKey(manifestKey(runDate)), Option.some(runDate))
    })
  )

  it.each([
    "csv/run_date=2026-02-30/movies.csv",
    "csv/run_date=2026-11-21/other.csv",
    "csv/run_date=2026-11-21/movies.csv.csv",
    "csv/run_date=2026-11-21 /movies.csv",
    "csv/run_date=2026-11-21/../movies.csv",
    "csv/run_date=2026-11-21/run_date=2026-11-22/movies.csv",
    "csv/x/run_date=2026-11-21/movies.csv",
    "csv/movies.csv",
    "CSV/run_date=2026-11-21/movies.csv",
    "old/csv/run_date=2026-11-21/movies.csv",
    "csv/run_date%3D2026-11-21/movies.csv",
    "runs/run_date=2026-11-21/other.json",
    "runs/run_date=2026-11-21/manifest.json.json",
    ""
  ])("return none for %j", (key) => {
    assert.deepStrictEqual(runDateOfCsvKey(key), Option.none())
    assert.deepStrictEqual(runDateOfRosterKey(key), Option.none())
    assert.deepStrictEqual(runDateOfManifestKey(key), Option.none())
  })

  it("return none for the key of another document of the run", () => {
    assert.deepStrictEqual(runDateOfCsvKey(manifestKey(runDate)), Option.none())
    assert.deepStrictEqual(runDateOfRosterKey(manifestKey(runDate)), Option.none())
    assert.deepStrictEqual(runDateOfManifestKey(rosterKey(runDate)), Option.none())
  })
})
