import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { AwsClientSettings } from "../../services/AwsClient.ts"
import { type PutCondition, S3 } from "../../services/S3.ts"
import { type AwsRequest, fakeAws, type Reply, s3Error } from "../support/FakeAws.ts"

const object = { bucket: "top-movies", key: "Top250Movies.json" }
const get = (maxBytes: number, from: Parameters<S3["Service"]["getText"]>[0] = object) =>
  S3.use(({ getText }) => getText(from, { maxBytes }))

describe("S3.getText", () => {
  it.live("returns the text of an object of exactly the allowed length as UTF-8, and the ETag without quotes", () =>
    Effect.gen(function* () {
      const aws = yield* fakeAws({ headers: { etag: '"abc"' }, body: "Léon, WALL·E" })
      assert.deepStrictEqual(yield* get(14), { text: "Léon, WALL·E", etag: "abc" })
      assert.match(aws.requests[0]?.path ?? "", /^\/top-movies\/Top250Movies.json/)
    }).pipe(Effect.provide(S3.layer))
  )

  it.live.each([
    [404, "NoSuchKey", "ObjectMissing", "There is no object s3://top-movies/Top250Movies.json."],
    [404, "NotFound", "ObjectMissing", "There is no object s3://top-movies/Top250Movies.json."],
    [404, "NoSuchBucket", "ObjectUnreadable", "Cannot read s3://top-movies/Top250Movies.json: NoSuchBucket: No."],
    [403, "AccessDenied", "ObjectUnreadable", "Cannot read s3://top-movies/Top250Movies.json: AccessDenied: No."]
  ] as const)("maps status %i with %s to %s", ([status, code, tag, message]) =>
    Effect.gen(function* () {
      yield* fakeAws(s3Error(status, code, "No."))
      const error = yield* Effect.flip(get(100))
      assert.deepStrictEqual([error._tag, error.message], [tag, message])
    }).pipe(Effect.provide(S3.layer))
  )

  it.live("fails for an object over the limit by its length, and closes the connection without reading the body", () =>
    Effect.gen(function* () {
      const aws = yield* fakeAws((_, response) => {
        // With a checksum the SDK wraps the body in a stream of its own, whose error would end the process.
        const headers = { "content-length": "9000000", "x-amz-checksum-crc32": "AAAAAA==" }
        response.writeHead(200, headers).write("the first bytes of many")
        return undefined
      })
      const error = yield* Effect.flip(get(5_000_000))
      assert.strictEqual(error._tag, "ObjectTooLarge")
      assert.include(error.message, "9000000 bytes")
      yield* aws.untilAborted
    }).pipe(Effect.provide(S3.layer))
  )

  const withoutLength: Reply = (_, response) => {
    response.write("no length")
    response.end()
    return undefined
  }
  const broken: Reply = (_, response) => {
    response.writeHead(200, { "content-length": "100" }).write("half")
    setTimeout(() => response.destroy(), 20)
    return undefined
  }
  it.live.each([
    ["without a content length", withoutLength, /: the response has no Content-Length$/],
    ["whose connection breaks within the body", broken, /aborted|ECONNRESET/]
  ] as const)("fails for a response %s", ([, reply, message]) =>
    Effect.gen(function* () {
      yield* fakeAws(reply)
      const error = yield* Effect.flip(get(100))
      assert.strictEqual(error._tag, "ObjectUnreadable")
      assert.match(error.message, message)
    }).pipe(Effect.provide(S3.layer))
  )

  const signedRegions = (requests: ReadonlyArray<AwsRequest>) =>
    requests.map(({ headers }) => /Credential=[^/]+\/\d+\/([^/]+)/.exec(headers.authorization ?? "")?.[1])

  it.live("signs a request to a bucket of another region for that region", () =>
    Effect.gen(function* () {
      const aws = yield* fakeAws({ headers: { etag: '"e"' }, body: "x" })
      yield* get(100)
      yield* get(100, { ...object, region: "us-west-2" })
      assert.deepStrictEqual(signedRegions(aws.requests), ["eu-central-1", "us-west-2"])
    }).pipe(Effect.provide(S3.layer))
  )

  it.live("signs a request without a region for the region of the clients' settings", () =>
    Effect.gen(function* () {
      const aws = yield* fakeAws({ headers: { etag: '"e"' }, body: "x" })
      yield* get(100)
      assert.deepStrictEqual(signedRegions(aws.requests), ["eu-west-3"])
    }).pipe(Effect.provide(S3.layer), Effect.provideService(AwsClientSettings, { region: "eu-west-3" }))
  )

  it.live("uses one connection for requests one after the other", () =>
    Effect.gen(function* () {
      const aws = yield* fakeAws({ headers: { etag: '"e"' }, body: "x" })
      let connections = 0
      aws.server.on("connection", () => connections++)
      yield* get(100)
      yield* get(100)
      assert.deepStrictEqual([aws.requests.length, connections], [2, 1])
    }).pipe(Effect.provide(S3.layer))
  )

  it.live("follows S3's redirect to the region of the bucket", () =>
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
})

describe("S3.putTextIf", () => {
  const put = (condition: PutCondition) =>
    S3.use(({ putTextIf }) =>
      putTextIf({ bucket: "movies", key: "latest/a.json" }, "{}", "application/json", condition)
    )

  it.live.each([
    ["absent", "if-none-match", "*"],
    [{ etag: "abc" }, "if-match", '"abc"']
  ] as const)("sends the condition %j as a header", ([condition, name, value]) =>
    Effect.gen(function* () {
      const aws = yield* fakeAws({})
      yield* put(condition)
      assert.strictEqual(aws.requests[0]?.headers[name], value)
    }).pipe(Effect.provide(S3.layer))
  )

  const changed = "s3://movies/latest/a.json was written by another writer in the meantime."
  it.live.each([
    [412, "PreconditionFailed", "ObjectChanged", changed],
    [409, "ConditionalRequestConflict", "ObjectChanged", changed],
    [404, "NoSuchKey", "ObjectChanged", changed],
    [403, "AccessDenied", "ObjectUnwritable", "Cannot write s3://movies/latest/a.json: AccessDenied: No."]
  ] as const)("maps status %i with %s to %s", ([status, code, tag, message]) =>
    Effect.gen(function* () {
      yield* fakeAws(s3Error(status, code, "No."))
      const error = yield* Effect.flip(put({ etag: "abc" }))
      assert.deepStrictEqual([error._tag, error.message], [tag, message])
    }).pipe(Effect.provide(S3.layer))
  )
})

describe("S3.putText", () => {
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

  it.live("names the object that cannot be written, and the reason", () =>
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

describe("S3.find", () => {
  const find = S3.use(({ find }) => find("movies", "csv/run_date=2026-01-01/movies.csv"))

  it.live("returns the version, the size and the time of an object, and nothing where there is none", () =>
    Effect.gen(function* () {
      const headers = { etag: '"abc"', "content-length": "7", "last-modified": "Thu, 01 Jan 2026 06:00:09 GMT" }
      const aws = yield* fakeAws({ headers }, { status: 404 })
      const lastModified = Date.parse("2026-01-01T06:00:09.000Z")
      const key = "csv/run_date=2026-01-01/movies.csv"
      assert.deepStrictEqual(yield* find, { key, etag: "abc", size: 7, lastModified })
      assert.strictEqual(aws.requests[0]?.method, "HEAD")
      assert.isUndefined(yield* find)
    }).pipe(Effect.provide(S3.layer))
  )

  it.live("fails when the request is denied", () =>
    Effect.gen(function* () {
      yield* fakeAws({ status: 403 })
      assert.strictEqual((yield* Effect.flip(find))._tag, "ObjectUnreadable")
    }).pipe(Effect.provide(S3.layer))
  )
})

describe("S3.list", () => {
  const page = (keys: ReadonlyArray<string>, next?: string) => ({
    headers: { "content-type": "application/xml" },
    body: `<?xml version="1.0"?><ListBucketResult>${keys
      .map(
        (key) =>
          `<Contents><Key>${key}</Key><ETag>&quot;e-${key}&quot;</ETag><Size>7</Size><LastModified>2026-01-01T06:00:09.000Z</LastModified></Contents>`
      )
      .join("")}<IsTruncated>${next !== undefined}</IsTruncated>${
      next === undefined ? "" : `<NextContinuationToken>${next}</NextContinuationToken>`
    }</ListBucketResult>`
  })
  const list = S3.use(({ list }) => list("movies", "enriched/run_date=2026-01-01/"))

  it.live("returns the objects of all pages", () =>
    Effect.gen(function* () {
      const aws = yield* fakeAws(page(["a", "b"], "more"), page(["c"]))
      const lastModified = Date.parse("2026-01-01T06:00:09.000Z")
      assert.deepStrictEqual(
        yield* list,
        ["a", "b", "c"].map((key) => ({ key, etag: `e-${key}`, size: 7, lastModified }))
      )
      assert.include(aws.requests[1]?.path, "continuation-token=more")
    }).pipe(Effect.provide(S3.layer))
  )

  it.live("returns an empty list for a prefix without objects, and fails when the listing is denied", () =>
    Effect.gen(function* () {
      yield* fakeAws(page([]), s3Error(403, "AccessDenied", "Access Denied"))
      assert.deepStrictEqual(yield* list, [])
      assert.strictEqual((yield* Effect.flip(list))._tag, "ObjectUnreadable")
    }).pipe(Effect.provide(S3.layer))
  )
})
