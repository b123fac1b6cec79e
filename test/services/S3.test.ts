import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { S3 } from "../../services/S3.ts"
import { fakeAws, s3Error } from "../support/FakeAws.ts"

const object = { bucket: "top-movies", key: "Top250Movies.json" }
const get = (limit: number, from: Parameters<S3["Service"]["getText"]>[0] = object) =>
  S3.use(({ getText }) => getText(from, { maxBytes: limit }))

describe("S3 reading", () => {
  it.live("gives the text as UTF-8 and the ETag without its quotes", () =>
    Effect.gen(function* () {
      const aws = yield* fakeAws({ headers: { etag: '"abc"' }, body: "Léon, WALL·E" })
      assert.deepStrictEqual(yield* get(100), { text: "Léon, WALL·E", etag: "abc" })
      assert.match(aws.requests[0]?.path ?? "", /^\/top-movies\/Top250Movies.json/)
    }).pipe(Effect.provide(S3.layer))
  )

  it.live("says which object is missing", () =>
    Effect.gen(function* () {
      yield* fakeAws(s3Error(404, "NoSuchKey", "The specified key does not exist."))
      const error = yield* Effect.flip(get(100))
      assert.strictEqual(error._tag, "ObjectMissing")
      assert.strictEqual(error.message, "There is no object s3://top-movies/Top250Movies.json.")
    }).pipe(Effect.provide(S3.layer))
  )

  it.live("tells a bucket that is not there, and a refusal, from a missing object", () =>
    Effect.gen(function* () {
      yield* fakeAws(s3Error(404, "NoSuchBucket", "No such bucket"), s3Error(403, "AccessDenied", "Access Denied"))
      const errors = [yield* Effect.flip(get(100)), yield* Effect.flip(get(100))]
      assert.deepStrictEqual(
        errors.map(({ _tag, message }) => [_tag, message]),
        [
          ["ObjectUnreadable", "Cannot read s3://top-movies/Top250Movies.json: NoSuchBucket: No such bucket"],
          ["ObjectUnreadable", "Cannot read s3://top-movies/Top250Movies.json: AccessDenied: Access Denied"]
        ]
      )
    }).pipe(Effect.provide(S3.layer))
  )

  it.live("refuses an object that is too long by its length, and lets go of it unread", () =>
    Effect.gen(function* () {
      const aws = yield* fakeAws((_, response) => {
        // With a checksum the SDK puts a stream of its own around the body, which complains louder.
        const headers = { "content-length": "9000000", "x-amz-checksum-crc32": "AAAAAA==" }
        response.writeHead(200, headers).write("the first bytes of many")
        return undefined
      })
      const error = yield* Effect.flip(get(5_000_000))
      assert.strictEqual(error._tag, "ObjectTooLarge")
      assert.include(error.message, "9000000 bytes")
      yield* Effect.sleep("50 millis")
      assert.strictEqual(aws.dropped, 1)
    }).pipe(Effect.provide(S3.layer))
  )

  it.live("takes an object that is exactly as long as allowed", () =>
    Effect.gen(function* () {
      yield* fakeAws({ headers: { etag: '"e"' }, body: "12345" })
      assert.strictEqual((yield* get(5)).text, "12345")
    }).pipe(Effect.provide(S3.layer))
  )

  it.live("refuses an answer that does not tell its length", () =>
    Effect.gen(function* () {
      yield* fakeAws((_, response) => {
        response.write("no length")
        response.end()
        return undefined
      })
      assert.strictEqual((yield* Effect.flip(get(100)))._tag, "ObjectUnreadable")
    }).pipe(Effect.provide(S3.layer))
  )

  it.live("fails when the connection breaks in the middle of the body", () =>
    Effect.gen(function* () {
      yield* fakeAws((_, response) => {
        response.writeHead(200, { "content-length": "100" }).write("half")
        setTimeout(() => response.destroy(), 20)
        return undefined
      })
      assert.strictEqual((yield* Effect.flip(get(100)))._tag, "ObjectUnreadable")
    }).pipe(Effect.provide(S3.layer))
  )

  it.live("rides out two busy answers", () =>
    Effect.gen(function* () {
      const busy = s3Error(500, "InternalError", "We encountered an internal error.")
      const aws = yield* fakeAws(busy, busy, { headers: { etag: '"e"' }, body: "at last" })
      assert.strictEqual((yield* get(100)).text, "at last")
      assert.strictEqual(aws.requests.length, 3)
    }).pipe(Effect.provide(S3.layer))
  )

  it.live("asks a bucket of another region with a signature for that region", () =>
    Effect.gen(function* () {
      const aws = yield* fakeAws({ headers: { etag: '"e"' }, body: "x" })
      yield* get(100)
      yield* get(100, { ...object, region: "us-west-2" })
      const scopes = aws.requests.map(
        ({ headers }) => /Credential=[^/]+\/\d+\/([^/]+)/.exec(headers.authorization ?? "")?.[1]
      )
      assert.deepStrictEqual(scopes, ["eu-central-1", "us-west-2"])
    }).pipe(Effect.provide(S3.layer))
  )

  it.live("follows S3 to the region that the bucket turns out to be in", () =>
    Effect.gen(function* () {
      const moved = s3Error(301, "PermanentRedirect", "The bucket is in another region.")
      const aws = yield* fakeAws(
        { ...moved, headers: { ...moved.headers, "x-amz-bucket-region": "eu-west-1" } },
        { headers: { etag: '"e"' }, body: "found" }
      )
      assert.strictEqual((yield* get(100)).text, "found")
      assert.include(aws.requests[1]?.headers.authorization, "/eu-west-1/s3/")
    }).pipe(Effect.provide(S3.layer))
  )

  it.live("ends its request when it is interrupted", () =>
    Effect.gen(function* () {
      const aws = yield* fakeAws("hang")
      const reading = yield* Effect.forkChild(get(100))
      yield* Effect.sleep("50 millis")
      yield* Fiber.interrupt(reading)
      yield* Effect.sleep("50 millis")
      assert.strictEqual(aws.dropped, 1)
    }).pipe(Effect.provide(S3.layer))
  )
})

describe("S3 writing", () => {
  const put = S3.use(({ putText }) =>
    putText({ bucket: "movies", key: "runs/run_date=2026-01-01/a.json" }, "é", "application/json")
  )

  it.live("puts the text under the key with its content type", () =>
    Effect.gen(function* () {
      const aws = yield* fakeAws({})
      yield* put
      const [request] = aws.requests
      assert.deepInclude(request, { method: "PUT", body: "é" })
      assert.match(request?.path ?? "", /^\/movies\/runs\/run_date(=|%3D)2026-01-01\/a\.json/)
      assert.strictEqual(request?.headers["content-type"], "application/json")
    }).pipe(Effect.provide(S3.layer))
  )

  it.live("says which object could not be written, and why", () =>
    Effect.gen(function* () {
      yield* fakeAws(s3Error(403, "AccessDenied", "Access Denied"))
      const error = yield* Effect.flip(put)
      assert.strictEqual(
        error.message,
        "Cannot write s3://movies/runs/run_date=2026-01-01/a.json: AccessDenied: Access Denied"
      )
    }).pipe(Effect.provide(S3.layer))
  )
})

describe("S3 listing", () => {
  const page = (keys: ReadonlyArray<string>, next?: string) => ({
    headers: { "content-type": "application/xml" },
    body: `<?xml version="1.0"?><ListBucketResult>${keys
      .map((key) => `<Contents><Key>${key}</Key><ETag>&quot;e-${key}&quot;</ETag><Size>7</Size></Contents>`)
      .join("")}<IsTruncated>${next !== undefined}</IsTruncated>${
      next === undefined ? "" : `<NextContinuationToken>${next}</NextContinuationToken>`
    }</ListBucketResult>`
  })
  const list = S3.use(({ list }) => list("movies", "enriched/run_date=2026-01-01/"))

  it.live("lists all pages", () =>
    Effect.gen(function* () {
      const aws = yield* fakeAws(page(["a", "b"], "more"), page(["c"]))
      assert.deepStrictEqual(yield* list, [
        { key: "a", etag: "e-a", size: 7 },
        { key: "b", etag: "e-b", size: 7 },
        { key: "c", etag: "e-c", size: 7 }
      ])
      assert.include(aws.requests[1]?.path, "continuation-token=more")
    }).pipe(Effect.provide(S3.layer))
  )

  it.live("gives nothing for an empty prefix, and fails where the listing is refused", () =>
    Effect.gen(function* () {
      yield* fakeAws(page([]), s3Error(403, "AccessDenied", "Access Denied"))
      assert.deepStrictEqual(yield* list, [])
      assert.strictEqual((yield* Effect.flip(list))._tag, "ObjectUnreadable")
    }).pipe(Effect.provide(S3.layer))
  )
})

it.live("builds its layer without asking anyone anything", () =>
  Effect.gen(function* () {
    const aws = yield* fakeAws({})
    yield* Effect.provide(S3.use(Effect.succeed), S3.layer)
    assert.deepStrictEqual(aws.requests, [])
  })
)
