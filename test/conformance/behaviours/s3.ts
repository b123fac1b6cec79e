import * as Effect from "effect/Effect"
import { type ObjectSummary, S3 } from "../../../services/S3.ts"
import { ConformanceTarget } from "../ConformanceTarget.ts"
import type { Subject } from "../conformance.ts"
import { expectEqual, expectFailure } from "../expectations.ts"

const aws = "https://docs.aws.amazon.com/AmazonS3/latest"
const consistency = `${aws}/userguide/Welcome.html#ConsistencyModel`
const listing = `${aws}/API/API_ListObjectsV2.html`
const etags = `${aws}/API/API_Object.html`
const reading = `${aws}/API/API_GetObject.html`

const put = Effect.fnUntraced(function* (key: string, text: string) {
  const { bucket } = yield* ConformanceTarget
  yield* S3.use(({ putText }) => putText({ bucket, key }, text, "text/plain; charset=utf-8"))
})

const get = Effect.fnUntraced(function* (key: string, maxBytes = 100_000) {
  const { bucket } = yield* ConformanceTarget
  return yield* S3.use(({ getText }) => getText({ bucket, key }, { maxBytes }))
})

const list = Effect.fnUntraced(function* (prefix: string) {
  const { bucket } = yield* ConformanceTarget
  return yield* S3.use(({ list }) => list(bucket, prefix))
})

const keysOf = (listed: ReadonlyArray<ObjectSummary>): ReadonlyArray<string> => listed.map(({ key }) => key)

const putAll = (keys: ReadonlyArray<string>) => Effect.forEach(keys, (key) => put(key, key), { concurrency: 16 })

const text = "\uFEFFLéon, WALL·E \u{1F3AC} 𐍈 e\u0301\r\n\ttabs, \u0000 and \u001F, =SUM(A1), \uFFFE\uFFFF"

export const s3: Subject = {
  name: "s3",
  heading: "S3",
  behaviours: [
    {
      title: "GetObject returns the text that was put, with any characters",
      source: reading,
      check: Effect.gen(function* () {
        yield* put("text/any", text)
        yield* expectEqual("The text", (yield* get("text/any")).text, text)
      })
    },
    {
      title: "A read and a listing return the latest put at once",
      source: consistency,
      check: Effect.gen(function* () {
        for (const version of ["first", "second, and longer"]) {
          yield* put("latest/object", version)
          yield* expectEqual("The text", (yield* get("latest/object")).text, version)
          yield* expectEqual(
            "The listed sizes",
            (yield* list("latest/")).map(({ size }) => size),
            [version.length]
          )
        }
      })
    },
    {
      title: "Equal texts have equal ETags in reads and listings, different texts have different ones",
      source: etags,
      check: Effect.gen(function* () {
        const texts = { "etags/a": "the same", "etags/b": "the same", "etags/c": "another" }
        for (const [key, text] of Object.entries(texts)) yield* put(key, text)
        const read = yield* Effect.forEach(Object.keys(texts), (key) =>
          Effect.map(get(key), ({ etag }) => ({ key, etag }))
        )
        const listed = (yield* list("etags/")).map(({ key, etag }) => ({ key, etag }))
        yield* expectEqual("The listed ETags", listed, read)
        const [a, b, c] = read.map(({ etag }) => etag)
        yield* expectEqual(
          "Whether the ETags of equal and of different texts are equal",
          [a === b, a === c],
          [true, false]
        )
        yield* put("etags/a", "another")
        yield* expectEqual("The ETag after another put", (yield* get("etags/a")).etag, c)
      })
    },
    {
      title: "A listing contains the keys under its prefix and no others",
      source: listing,
      check: Effect.gen(function* () {
        const day = "prefix/run_date=2026-11-21/"
        const keys = [`${day}tt0068646.json`, `${day}tt0068646.json.bak`, "prefix/run_date=2026-11-2", `other/${day}a`]
        yield* putAll(keys)
        yield* expectEqual("Keys under the prefix of a date", keysOf(yield* list(day)), keys.slice(0, 2))
        yield* expectEqual("Keys under a key as prefix", keysOf(yield* list(`${day}tt0068646.json`)), keys.slice(0, 2))
        yield* expectEqual("Keys under an unused prefix", keysOf(yield* list("prefix/run_date=2026-11-22/")), [])
      })
    },
    {
      title: "A listing is ordered by the UTF-8 bytes of the keys",
      source: listing,
      check: Effect.gen(function* () {
        const keys = ["B", "Z", "a", "a/b", "ab", "é", "\uFFFD", "\u{1F3AC}"].map((name) => `order/${name}`)
        yield* putAll(keys.toReversed())
        yield* expectEqual("The order of the keys", keysOf(yield* list("order/")), keys)
      })
    },
    {
      title: "A listing of more than 1,000 keys is complete across its pages",
      source: listing,
      check: Effect.gen(function* () {
        const keys = Array.from({ length: 1_005 }, (_, n) => `pages/${n % 2 === 0 ? "tt" : "TT"}${n}`)
        yield* putAll(keys)
        const listed = keysOf(yield* list("pages/"))
        yield* expectEqual("The number of listed keys", listed.length, keys.length)
        yield* expectEqual("The keys", listed, keys.toSorted())
      })
    },
    {
      title: "A key with = or with characters that a URL encodes is read and listed unchanged",
      source: `${aws}/userguide/object-keys.html`,
      check: Effect.gen(function* () {
        const key = "keys/run_date=2026-11-21/é +%2B&?#'\".json"
        yield* put(key, "found")
        yield* expectEqual("The text under the key", (yield* get(key)).text, "found")
        yield* expectEqual("The listed keys", keysOf(yield* list("keys/run_date=2026-11-21/")), [key])
      })
    },
    {
      title: "A missing object is reported as missing to a caller that may list the bucket",
      source: reading,
      check: Effect.gen(function* () {
        yield* put("missing/there", "there")
        yield* expectFailure("A missing key", get("missing/other"), "ObjectMissing")
        yield* expectFailure("A prefix of a key", get("missing/the"), "ObjectMissing")
      })
    },
    {
      title: "HeadObject reports an object as a listing does, and a missing one as missing",
      source: `${aws}/API/API_HeadObject.html`,
      check: Effect.gen(function* () {
        const key = "head/run_date=2026-11-21/é.json"
        yield* put(key, "found")
        const { bucket } = yield* ConformanceTarget
        const find = (key: string) => S3.use(({ find }) => find(bucket, key))
        yield* expectEqual("The object", [yield* find(key)], yield* list(key))
        yield* expectEqual("A prefix of the key", yield* find("head/run_date=2026-11-21/"), undefined)
      })
    },
    {
      title: "GetObject returns the length of the object before its body is read",
      source: reading,
      check: Effect.gen(function* () {
        yield* put("length/object", "é".repeat(500))
        const { size } = yield* expectFailure(
          "A limit one byte below the length",
          get("length/object", 999),
          "ObjectTooLarge"
        )
        yield* expectEqual("The size in bytes", size, 1_000)
        yield* expectEqual("The text at the limit", (yield* get("length/object", 1_000)).text.length, 500)
      })
    }
  ]
}
