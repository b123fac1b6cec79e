import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import {
  analyticsKey,
  analyticsNames,
  csvKey,
  latestKey,
  manifestKey,
  notifiedKey,
  reportKey,
  rosterKey
} from "../../domain/keys.ts"
import type { Manifest } from "../../domain/Run.ts"
import { RunDate } from "../../domain/RunDate.ts"
import { gapOf, idOf, ranksUpTo, rosterOf, runDate } from "../support/exampleRun.ts"
import { failed } from "../support/sqsEvents.ts"
import { csvOf, reportStage } from "./stages.ts"

const before = RunDate.make("2026-11-20")
const gap = (rank: number, nextAttemptAt?: string): Manifest["gaps"][number] => {
  const { imdbId, title, reason } = gapOf(rank)
  return { imdbId, rank, title, reason, ...(nextAttemptAt === undefined ? {} : { nextAttemptAt }) }
}

describe("PublishReport", () => {
  it.effect("writes the report and the aggregate CSVs, then latest/ with its manifest last, then notifies once", () =>
    Effect.gen(function* () {
      const { publish, putRun, textOf, keysPut, published } = reportStage()
      putRun([1, 2])
      const written = keysPut().length
      const { response, entries } = yield* publish()
      assert.deepStrictEqual(response, failed())
      assert.deepStrictEqual(keysPut().slice(written), [
        reportKey(runDate),
        ...analyticsNames.map((name) => analyticsKey(name, runDate)),
        ...[latestKey.csv, latestKey.report, latestKey.manifest],
        notifiedKey(runDate)
      ])
      assert.include(textOf(reportKey(runDate)), "Movie 2")
      assert.strictEqual(textOf(latestKey.report), textOf(reportKey(runDate)))
      assert.strictEqual(textOf(latestKey.csv), textOf(csvKey(runDate)))
      assert.deepEqual(JSON.parse(textOf(latestKey.manifest)), JSON.parse(textOf(manifestKey(runDate))))
      const [{ subject, message } = { subject: "", message: "" }, ...others] = published
      assert.isEmpty(others)
      assert.strictEqual(subject, "IMDb top 2, 2026-11-21: complete")
      assert.deepInclude(JSON.parse(message), { version: 1, runDate, complete: true, reportKey: reportKey(runDate) })
      assert.deepEqual(JSON.parse(message), JSON.parse(textOf(notifiedKey(runDate))))
      assert.deepInclude(entries[0], { message: "Report published", runDate, enriched: 2 })
    })
  )

  it.effect("compares with the newest earlier runs, and names one whose CSV is invalid", () =>
    Effect.gen(function* () {
      const { publish, putRun, put, textOf } = reportStage()
      const onDay = (day: number) => RunDate.make(`2026-11-${day}`)
      putRun([1, 3], { total: 10 }, before)
      putRun([1], {}, onDay(19))
      put(csvKey(onDay(19)), "not a CSV")
      // Never published, and later.
      put(csvKey(onDay(18)), csvOf([8], onDay(18)))
      putRun([9], {}, onDay(22))
      putRun([1, 2], { total: 10 })
      const { response, entries } = yield* publish()
      assert.deepStrictEqual(response, failed())
      const page = textOf(reportKey(runDate))
      assert.include(page, "Movie 3")
      assert.include(page, "could not be read: 19 Nov")
      assert.notMatch(page, /Movie [89]/)
      assert.deepInclude(entries[0], { level: "WARN", runDate, earlier: "2026-11-19" })
    })
  )

  it.effect("reads the newest earlier CSVs only, up to 25 MB", () =>
    Effect.gen(function* () {
      const { publish, putRun, put, callsOf, textOf } = reportStage()
      const onDay = (day: number) => RunDate.make(`2026-11-${day}`)
      for (const [day, megabytes] of [
        [17, 13],
        [18, 13],
        [19, 26]
      ] as const) {
        putRun([1], {}, onDay(day))
        put(csvKey(onDay(day)), "x".repeat(megabytes * 1_000_000))
      }
      putRun([1])
      yield* publish()
      const read = callsOf("GetObject").filter((key) => key.startsWith("csv/"))
      assert.deepStrictEqual(read.toSorted(), [csvKey(onDay(18)), csvKey(onDay(19)), csvKey(runDate)])
      // The one that is too large is named, too.
      assert.include(textOf(reportKey(runDate)), "could not be read: 18 Nov, 19 Nov")
    })
  )

  it.effect("compares with a CSV of an older version, which has fewer columns", () =>
    Effect.gen(function* () {
      const { publish, putRun, put, textOf } = reportStage()
      putRun([2, 1], { total: 2 }, before)
      const older = csvOf([1], before)
        .split("\r\n")
        .map((line) => line.split(",").slice(0, -4).join(","))
      put(csvKey(before), older.join("\r\n"))
      putRun([1, 2])
      yield* publish()
      assert.notInclude(textOf(reportKey(runDate)), "could not be read")
      assert.include(textOf(reportKey(runDate)), "Since the previous run")
    })
  )

  it.effect("names pending movies as the roster does", () =>
    Effect.gen(function* () {
      const { publish, putRun, put, textOf } = reportStage()
      put(rosterKey(runDate), rosterOf([1, 2]))
      putRun([1], { total: 2, complete: false, pending: [idOf(2)] })
      yield* publish()
      assert.match(textOf(reportKey(runDate)), /<td>2<\/td><th scope="row">.*Movie 2/)
    })
  )

  it.effect("notifies again of a newer manifest that another invocation published before this notification", () =>
    Effect.gen(function* () {
      const { publish, putRun, published, onceBeforePublish } = reportStage()
      putRun([1], { total: 2, complete: false, pending: [idOf(2)] })
      onceBeforePublish(
        Effect.suspend(() => {
          putRun([1, 2])
          return Effect.orDie(publish())
        })
      )
      yield* publish()
      assert.deepStrictEqual(
        published.map(({ message }) => JSON.parse(message).complete),
        [true, false, true]
      )
    })
  )

  it.effect("sends a message that SNS accepts for a thousand gaps with the longest titles", () =>
    Effect.gen(function* () {
      const { publish, putRun, published } = reportStage()
      const gaps = ranksUpTo(1_000).map((rank) => ({ ...gap(rank), title: "€".repeat(500) }))
      putRun([], { total: 1_000, complete: false, gaps })
      yield* publish()
      assert.isBelow(Buffer.byteLength(published[0]?.message ?? ""), 262_144)
    })
  )

  it.effect.each([
    ["the CSV has another checksum", "ChecksumDiffers", { csv: csvOf([1]) }],
    ["the CSV is gone", "ObjectMissing", { csv: undefined }],
    ["S3 does not give an earlier CSV", "ObjectUnreadable", { csv: csvOf([1, 2]), unreadable: csvKey(before) }]
  ] as ReadonlyArray<[string, string, { csv: string | undefined; unreadable?: string }]>)(
    "fails the message without writing anything if %s",
    ([_, reason, { csv, unreadable }]) =>
      Effect.gen(function* () {
        const { publish, putRun, put, bucket, keysPut, faults } = reportStage()
        putRun([1], {}, before)
        putRun([1, 2])
        if (csv === undefined) bucket.delete(csvKey(runDate))
        else put(csvKey(runDate), csv)
        faults.fail("GetObject", (key) => key === unreadable)
        const written = keysPut().length
        const { response, entries } = yield* publish()
        assert.deepStrictEqual(response, failed("m-1"))
        assert.strictEqual(entries.at(-1)?.["reason"], reason)
        assert.lengthOf(keysPut(), written)
      })
  )

  it.effect.each([
    ["nothing", {}, 1],
    [
      "only the objects and the time",
      { madeOf: [{ key: "k", etag: "e" }], completedAt: "2026-11-21T09:00:00.000Z" },
      1
    ],
    ["the next attempt of a gap", { complete: false, gaps: [gap(3, "2026-11-21T18:00:00.000Z")] }, 1],
    ["the CSV", { sha256: "" }, 2],
    ["a gap that is final now", { complete: false, gaps: [gap(3)] }, 2]
  ] as ReadonlyArray<[string, Partial<Manifest>, number]>)(
    "notifies again only of what subscribers do not have: changed is %s",
    ([_, changes, expected]) =>
      Effect.gen(function* () {
        const { publish, putRun, published } = reportStage()
        const first = "gaps" in changes ? { complete: false, gaps: [gap(3, "2026-11-21T07:00:00.000Z")] } : {}
        putRun([1, 2], first)
        yield* publish()
        if ("sha256" in changes) putRun([1], first)
        else putRun([1, 2], { ...first, ...changes })
        yield* publish()
        assert.lengthOf(published, expected)
      })
  )

  it.effect("sends the notification again after a failure to record it", () =>
    Effect.gen(function* () {
      const { publish, putRun, published, faults, endFaults } = reportStage()
      putRun([1])
      faults.fail("PutObject", (key) => key === notifiedKey(runDate))
      assert.deepStrictEqual((yield* publish()).response, failed("m-1"))
      endFaults()
      assert.deepStrictEqual((yield* publish()).response, failed())
      assert.lengthOf(published, 2)
    })
  )

  it.effect("publishes again if the manifest changed in the meantime, and notifies of the newer one only", () =>
    Effect.gen(function* () {
      const { publish, putRun, textOf, published, onceBeforePut } = reportStage()
      putRun([1])
      onceBeforePut(
        reportKey(runDate),
        Effect.sync(() => putRun([1, 2]))
      )
      yield* publish()
      assert.include(textOf(reportKey(runDate)), "Movie 2")
      assert.strictEqual(textOf(latestKey.csv), csvOf([1, 2]))
      assert.deepStrictEqual(
        published.map(({ message }) => JSON.parse(message).enriched),
        [2]
      )
    })
  )

  it.effect("does not replace latest/ by an older run, nor by a run without a row", () =>
    Effect.gen(function* () {
      const { publish, putRun, textOf } = reportStage()
      putRun([1, 2])
      yield* publish()
      const latest = () => Object.values(latestKey).map(textOf)
      const earlier = latest()
      putRun([3], {}, before)
      yield* publish(before)
      assert.deepStrictEqual(latest(), earlier)
      const after = RunDate.make("2026-11-22")
      putRun([], { total: 1, complete: false, pending: [idOf(1)] }, after)
      yield* publish(after)
      assert.deepStrictEqual(latest(), earlier)
    })
  )

  it.effect.each([latestKey.csv, latestKey.report, latestKey.manifest])(
    "leaves the newer of two runs at once in latest/: the newer one is published before the older one puts %s",
    (key) =>
      Effect.gen(function* () {
        const { publish, putRun, textOf, onceBeforePut } = reportStage()
        putRun([3], {}, before)
        putRun([1, 2])
        onceBeforePut(key, Effect.orDie(publish()))
        assert.deepStrictEqual((yield* publish(before)).response, failed())
        assert.strictEqual(textOf(latestKey.csv), csvOf([1, 2]))
        assert.strictEqual(textOf(latestKey.report), textOf(reportKey(runDate)))
        assert.strictEqual(JSON.parse(textOf(latestKey.manifest)).runDate, runDate)
      })
  )

  it.effect(
    "restores latest/ if an older run is published once more between the files and the manifest of a newer one",
    () =>
      Effect.gen(function* () {
        const { publish, putRun, textOf, onceBeforePut } = reportStage()
        putRun([3], {}, before)
        yield* publish(before)
        putRun([1, 2])
        // The manifest of the older run is equal to the one that the newer run has read.
        onceBeforePut(latestKey.manifest, Effect.orDie(publish(before)))
        yield* publish()
        assert.strictEqual(textOf(latestKey.csv), csvOf([1, 2]))
        assert.strictEqual(textOf(latestKey.report), textOf(reportKey(runDate)))
      })
  )

  it.effect("does not put a CSV without a manifest into latest/", () =>
    Effect.gen(function* () {
      const { publish, putRun, put, textOf } = reportStage()
      putRun([1, 2])
      yield* publish()
      put(csvKey(runDate), csvOf([1, 2, 3]))
      putRun([3], {}, before)
      assert.deepStrictEqual((yield* publish(before)).response, failed())
      assert.strictEqual(textOf(latestKey.csv), csvOf([1, 2]))
      // The copy is gone, and what it was made of as well: the message comes back, and succeeds after the next export.
      put(latestKey.csv, "another CSV")
      assert.deepStrictEqual((yield* publish(before)).response, failed("m-1"))
    })
  )

  it.effect("restores latest/ after an older run was stopped between its CSV and its manifest", () =>
    Effect.gen(function* () {
      const { publish, putRun, put, textOf } = reportStage()
      putRun([1, 2])
      yield* publish()
      put(latestKey.csv, csvOf([3], before))
      putRun([3], {}, before)
      yield* publish(before)
      assert.strictEqual(textOf(latestKey.csv), csvOf([1, 2]))
    })
  )

  it.effect("replaces an invalid manifest of latest/", () =>
    Effect.gen(function* () {
      const { publish, putRun, put, textOf } = reportStage()
      put(latestKey.manifest, "{}")
      putRun([1])
      yield* publish()
      assert.strictEqual(JSON.parse(textOf(latestKey.manifest)).runDate, runDate)
    })
  )
})
