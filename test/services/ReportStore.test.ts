import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { notificationOf } from "../../domain/DatasetNotification.ts"
import { analyticsKey, latestKey, notifiedKey, reportKey } from "../../domain/keys.ts"
import { ReportStore } from "../../services/ReportStore.ts"
import { type PutCondition, S3 } from "../../services/S3.ts"
import { ModelAccount, modelServices } from "../model/ModelAccount.ts"
import { manifestOf, runDate } from "../support/exampleRun.ts"
import { moviesBucket, settings } from "../support/settings.ts"

const manifest = manifestOf()

const storeStage = () => {
  const account = new ModelAccount()
  const bucket = account.createBucket(moviesBucket)
  const puts: Array<readonly [key: string, contentType: string, condition?: PutCondition]> = []
  // The model keeps neither content types nor conditions.
  const recordingS3 = Layer.effect(
    S3,
    Effect.map(S3, (s3) => ({
      ...s3,
      putText: (object, text, contentType) => {
        puts.push([object.key, contentType])
        return s3.putText(object, text, contentType)
      },
      putTextIf: (object, text, contentType, condition) => {
        puts.push([object.key, contentType, condition])
        return s3.putTextIf(object, text, contentType, condition)
      }
    }))
  )
  const layer = ReportStore.layer.pipe(
    Layer.provide(recordingS3),
    Layer.provide(modelServices(account)),
    Layer.provide(settings())
  )
  return { bucket, puts, layer }
}

describe("ReportStore", () => {
  it.effect("writes each document under its key with its content type", () => {
    const { puts, layer } = storeStage()
    return Effect.gen(function* () {
      const store = yield* ReportStore
      yield* store.writeReport(runDate, "<html>")
      yield* store.writeAnalytics("genres", runDate, "a,b\r\n")
      yield* store.writeNotified(notificationOf(manifest))
      yield* store.writeLatestCsv("a,b\r\n")
      yield* store.writeLatestReport("<html>")
      yield* store.writeLatestManifest(manifest, "absent")
      assert.deepStrictEqual(puts, [
        [reportKey(runDate), "text/html; charset=utf-8"],
        [analyticsKey("genres", runDate), "text/csv; charset=utf-8"],
        [notifiedKey(runDate), "application/json"],
        [latestKey.csv, "text/csv; charset=utf-8"],
        [latestKey.report, "text/html; charset=utf-8"],
        [latestKey.manifest, "application/json", "absent"]
      ])
    }).pipe(Effect.provide(layer))
  })

  it.effect("reads the latest manifest with the condition that holds until it is written again", () => {
    const { bucket, layer } = storeStage()
    return Effect.gen(function* () {
      const { readLatest, writeLatestManifest } = yield* ReportStore
      const absent = yield* readLatest
      assert.deepStrictEqual(absent, { manifest: Option.none(), condition: "absent" })
      yield* writeLatestManifest(manifest, absent.condition)
      assert.strictEqual((yield* Effect.flip(writeLatestManifest(manifest, absent.condition)))._tag, "ObjectChanged")
      const etag = bucket.get(latestKey.manifest)?.etag ?? ""
      assert.deepStrictEqual(yield* readLatest, { manifest: Option.some(manifest), condition: { etag } })
    }).pipe(Effect.provide(layer))
  })

  it.effect.each([
    ["is the run's", { [reportKey(runDate)]: "new", [latestKey.report]: "new" }, true],
    ["is another one", { [reportKey(runDate)]: "new", [latestKey.report]: "old" }, false],
    ["is missing", { [reportKey(runDate)]: "new" }, false],
    ["is there and the run's has expired", { [latestKey.report]: "old" }, true],
    [
      "is there and only a longer key begins with the key of the run's",
      { [`${reportKey(runDate)}.bak`]: "new", [latestKey.report]: "old" },
      true
    ]
  ] as const)("compares the reports when the latest one %s", ([, objects, expected]) => {
    const { bucket, layer } = storeStage()
    for (const [key, text] of Object.entries(objects)) bucket.put(0, key, text)
    return Effect.gen(function* () {
      assert.strictEqual(yield* ReportStore.use(({ hasLatestReport }) => hasLatestReport(runDate)), expected)
    }).pipe(Effect.provide(layer))
  })
})
