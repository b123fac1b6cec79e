import { createHash } from "node:crypto"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { csvKey, enrichedKey, gapKey, manifestKey, rosterKey } from "../../domain/keys.ts"
import { RunDate } from "../../domain/RunDate.ts"
import { whenPresent } from "../../services/documents.ts"
import { RunStore } from "../../services/RunStore.ts"
import { S3 } from "../../services/S3.ts"
import { ModelAccount, modelServices } from "../model/ModelAccount.ts"
import { enrichedMovie, gapOf, idOf, manifestOf, rosterOf, runDate } from "../support/exampleRun.ts"
import { moviesBucket, settings } from "../support/settings.ts"

const manifest = manifestOf()

const storeStage = () => {
  const account = new ModelAccount()
  const bucket = account.createBucket(moviesBucket)
  const contentTypes = new Map<string, string>()
  // The model does not keep content types.
  const recordingS3 = Layer.effect(
    S3,
    Effect.map(S3, (s3) => ({
      ...s3,
      putText: (object, text, contentType) => {
        contentTypes.set(object.key, contentType)
        return s3.putText(object, text, contentType)
      }
    }))
  )
  const layer = RunStore.layer.pipe(
    Layer.provide(recordingS3),
    Layer.provide(modelServices(account)),
    Layer.provide(settings())
  )
  return { bucket, contentTypes, layer }
}

describe("RunStore", () => {
  it.effect("writes each document under its key with its content type, and reads it back unchanged", () => {
    const { bucket, contentTypes, layer } = storeStage()
    return Effect.gen(function* () {
      const store = yield* RunStore
      yield* store.writeRoster(rosterOf([1]))
      yield* store.writeEnriched(enrichedMovie(1))
      yield* store.writeGap(gapOf(2))
      yield* store.writeCsv(runDate, "a,b\r\n")
      yield* store.writeManifest(manifest)
      assert.deepStrictEqual(Object.fromEntries(contentTypes), {
        [rosterKey(runDate)]: "application/json",
        [enrichedKey(runDate, idOf(1))]: "application/json",
        [gapKey(runDate, idOf(2))]: "application/json",
        [csvKey(runDate)]: "text/csv; charset=utf-8",
        [manifestKey(runDate)]: "application/json"
      })
      const roster = yield* store.readRoster(runDate)
      assert.deepStrictEqual(roster.value, rosterOf([1]))
      assert.strictEqual(yield* store.rosterEtag(runDate), roster.etag)
      assert.deepStrictEqual((yield* store.readEnriched(runDate, idOf(1))).value, enrichedMovie(1))
      assert.deepStrictEqual(yield* store.readGap(runDate, idOf(2)), {
        value: gapOf(2),
        etag: `${bucket.get(gapKey(runDate, idOf(2)))?.etag}`
      })
      assert.strictEqual((yield* store.readCsv(runDate)).value, "a,b\r\n")
      assert.strictEqual(yield* store.csvEtag(runDate), createHash("md5").update("a,b\r\n").digest("hex"))
      assert.deepStrictEqual((yield* store.readManifest(runDate)).value, manifest)
    }).pipe(Effect.provide(layer))
  })

  it.effect("has no ETag of a CSV when only a longer key begins with the CSV's key", () => {
    const { bucket, layer } = storeStage()
    return Effect.gen(function* () {
      bucket.put(0, `${csvKey(runDate)}.gz`, "a,b")
      assert.isUndefined(yield* RunStore.use(({ csvEtag }) => csvEtag(runDate)))
    }).pipe(Effect.provide(layer))
  })

  it.effect.each([
    ["is not JSON", "{", /JSON/],
    ["has an invalid field", JSON.stringify({ ...manifest, sha256: "0" }), /\S at \["sha256"\]$/]
  ] as const)("fails with the key of a document that %s", ([, text, detail]) => {
    const { bucket, layer } = storeStage()
    return Effect.gen(function* () {
      bucket.put(0, manifestKey(runDate), text)
      const error = yield* Effect.flip(RunStore.use(({ readManifest }) => readManifest(runDate)))
      assert.deepInclude(error, { _tag: "DocumentInvalid", bucket: moviesBucket, key: manifestKey(runDate) })
      assert.match(error.message, detail)
      assert.notMatch(error.message, /\n|\s\s/)
    }).pipe(Effect.provide(layer))
  })

  it.effect("reads a document of the size that it writes at most, 25 MB, and writes and reads none over it", () => {
    const { bucket, layer } = storeStage()
    return Effect.gen(function* () {
      const { readCsv, writeCsv } = yield* RunStore
      const longest = "é".repeat(12_500_000)
      yield* writeCsv(runDate, longest)
      assert.isTrue((yield* readCsv(runDate)).value === longest)
      assert.deepInclude(yield* Effect.flip(writeCsv(runDate, `${longest} `)), {
        _tag: "ObjectUnwritable",
        detail: "it has 25000001 bytes, more than the limit of 25000000"
      })
      bucket.put(0, csvKey(runDate), `${longest} `)
      assert.isTrue((yield* Effect.flip(readCsv(runDate)))._tag === "ObjectTooLarge")
    }).pipe(Effect.provide(layer))
  })

  it.effect("whenPresent turns a missing document into none, and keeps every other failure", () => {
    const { bucket, layer } = storeStage()
    return Effect.gen(function* () {
      const { readManifest } = yield* RunStore
      assert.deepStrictEqual(yield* whenPresent(readManifest(runDate)), Option.none())
      bucket.put(0, manifestKey(runDate), JSON.stringify(manifest))
      assert.deepStrictEqual(yield* whenPresent(readManifest(runDate)), Option.some(manifest))
      bucket.put(0, manifestKey(runDate), "{")
      assert.strictEqual((yield* Effect.flip(whenPresent(readManifest(runDate))))._tag, "DocumentInvalid")
    }).pipe(Effect.provide(layer))
  })

  it.effect("lists the enriched objects and the gaps of one run, and the dates of all rosters in order", () => {
    const { bucket, layer } = storeStage()
    return Effect.gen(function* () {
      const store = yield* RunStore
      const before = RunDate.make("2026-11-20")
      yield* store.writeRoster(rosterOf([1]))
      yield* store.writeRoster(rosterOf([1], before))
      yield* store.writeManifest(manifest)
      yield* store.writeGap(gapOf(2))
      yield* store.writeEnriched(enrichedMovie(1))
      yield* store.writeEnriched(enrichedMovie(1, { runDate: before }))
      bucket.put(0, "runs/other.json", "{}")
      assert.deepStrictEqual(
        (yield* store.listOutcomes(runDate)).map(({ key }) => key),
        [enrichedKey(runDate, idOf(1)), gapKey(runDate, idOf(2))]
      )
      assert.deepStrictEqual(yield* store.listRunDates, [before, runDate])
      const found = [idOf(1), idOf(2), idOf(3)].map((imdbId) => store.findOutcomes(runDate, imdbId))
      assert.deepStrictEqual(
        (yield* Effect.all(found)).map((objects) => objects.map(({ key }) => key)),
        [[enrichedKey(runDate, idOf(1))], [gapKey(runDate, idOf(2))], []]
      )
    }).pipe(Effect.provide(layer))
  })
})
