import * as Effect from "effect/Effect"
import { type ObjectSummary, S3 } from "../../../services/S3.ts"
import type { Subject } from "../Behaviour.ts"
import { ConformanceTarget } from "../ConformanceTarget.ts"
import { expectEqual, expectFailure } from "../expectations.ts"

const aws = "https://docs.aws.amazon.com/AmazonS3/latest"
const consistency = `${aws}/userguide/Welcome.html#ConsistencyModel`
const listing = `${aws}/API/API_ListObjectsV2.html`
const etags = `${aws}/API/API_Object.html`
const reading = `${aws}/API/API_GetObject.html`

/** Far more than any object here is long. */
const maxBytes = 100_000

const put = Effect.fnUntraced(function* (key: string, text: string) {
  const { bucket } = yield* ConformanceTarget
  yield* S3.use(({ putText }) => putText({ bucket, key }, text, "text/plain; charset=utf-8"))
})

const get = Effect.fnUntraced(function* (key: string, limit = maxBytes) {
  const { bucket } = yield* ConformanceTarget
  return yield* S3.use(({ getText }) => getText({ bucket, key }, { maxBytes: limit }))
})

const list = Effect.fnUntraced(function* (prefix: string) {
  const { bucket } = yield* ConformanceTarget
  return yield* S3.use(({ list }) => list(bucket, prefix))
})

const keysOf = (listed: ReadonlyArray<ObjectSummary>): ReadonlyArray<string> => listed.map(({ key }) => key)

const putAll = (keys: ReadonlyArray<string>) => Effect.forEach(keys, (key) => put(key, key), { concurrency: 16 })

const text = "\uFEFFLéon, WALL·E \u{1F3AC} 𐍈 e\u0301\r\n\ttabs, \u0000 and \u001F, =SUM(A1), \uFFFE\uFFFF"

const check = {
  text: Effect.gen(function* () {
    yield* put("text/any", text)
    yield* expectEqual("The text", (yield* get("text/any")).text, text)
  }),

  latest: Effect.gen(function* () {
    for (const version of ["first", "second, and longer"]) {
      yield* put("latest/object", version)
      yield* expectEqual("The text", (yield* get("latest/object")).text, version)
      yield* expectEqual(
        "The sizes listed",
        (yield* list("latest/")).map(({ size }) => size),
        [version.length]
      )
    }
  }),

  etags: Effect.gen(function* () {
    const texts = { "etags/a": "the same", "etags/b": "the same", "etags/c": "another" }
    for (const [key, text] of Object.entries(texts)) yield* put(key, text)
    const read = yield* Effect.forEach(Object.keys(texts), (key) => Effect.map(get(key), ({ etag }) => ({ key, etag })))
    const listed = (yield* list("etags/")).map(({ key, etag }) => ({ key, etag }))
    yield* expectEqual("The ETags listed, and those of reads", listed, read)
    const [a, b, c] = read.map(({ etag }) => etag)
    yield* expectEqual("Equal texts have equal ETags, different ones have not", [a === b, a === c], [true, false])
    yield* put("etags/a", "another")
    yield* expectEqual("The ETag after another put", (yield* get("etags/a")).etag, c)
  }),

  prefix: Effect.gen(function* () {
    const day = "prefix/run_date=2026-11-21/"
    const keys = [`${day}tt0068646.json`, `${day}tt0068646.json.bak`, "prefix/run_date=2026-11-2", `other/${day}a`]
    yield* putAll(keys)
    yield* expectEqual("Under the day's prefix", keysOf(yield* list(day)), keys.slice(0, 2))
    yield* expectEqual("Under a key as the prefix", keysOf(yield* list(`${day}tt0068646.json`)), keys.slice(0, 2))
    yield* expectEqual("Under a prefix of no key", keysOf(yield* list("prefix/run_date=2026-11-22/")), [])
  }),

  order: Effect.gen(function* () {
    const keys = ["B", "Z", "a", "a/b", "ab", "é", "\uFFFD", "\u{1F3AC}"].map((name) => `order/${name}`)
    yield* putAll(keys.toReversed())
    yield* expectEqual("The order of the keys", keysOf(yield* list("order/")), keys)
  }),

  pages: Effect.gen(function* () {
    const keys = Array.from({ length: 1_005 }, (_, n) => `pages/${n % 2 === 0 ? "tt" : "TT"}${n}`)
    yield* putAll(keys)
    const listed = keysOf(yield* list("pages/"))
    yield* expectEqual("How many keys are listed", listed.length, keys.length)
    yield* expectEqual("The keys", listed, keys.toSorted())
  }),

  keys: Effect.gen(function* () {
    const key = "keys/run_date=2026-11-21/é +%2B&?#'\".json"
    yield* put(key, "found")
    yield* expectEqual("The text under the key", (yield* get(key)).text, "found")
    yield* expectEqual("The key listed", keysOf(yield* list("keys/run_date=2026-11-21/")), [key])
  }),

  missing: Effect.gen(function* () {
    yield* put("missing/there", "there")
    yield* expectFailure("A key that is not there", get("missing/not-there"), "ObjectMissing")
    yield* expectFailure("A prefix of one that is", get("missing/the"), "ObjectMissing")
  }),

  length: Effect.gen(function* () {
    yield* put("length/object", "é".repeat(500))
    const { size } = yield* expectFailure("One byte less than it has", get("length/object", 999), "ObjectTooLarge")
    yield* expectEqual("Its size in bytes", size, 1_000)
    yield* expectEqual("As many as it has", (yield* get("length/object", 1_000)).text.length, 500)
  })
}

export const s3: Subject = {
  name: "s3",
  heading: "S3",
  behaviours: [
    { title: "An object is read as it was put, whatever characters it has", source: reading, check: check.text },
    { title: "A put is read and listed at once, and of two the last one", source: consistency, check: check.latest },
    {
      title: "An ETag is that of the text: equal for equal texts, read or listed, and another for another",
      source: etags,
      check: check.etags
    },
    { title: "A listing has the keys under its prefix, and no others", source: listing, check: check.prefix },
    { title: "A listing is in the order of the keys' UTF-8 bytes", source: listing, check: check.order },
    { title: "A listing of more than 1,000 keys is whole, over its pages", source: listing, check: check.pages },
    {
      title: "A key is read and listed as it was put, with the = of a partition and what a URL would encode",
      source: `${aws}/userguide/object-keys.html`,
      check: check.keys
    },
    { title: "Whoever may list is told that an object is missing", source: reading, check: check.missing },
    { title: "An answer tells the object's length, before it is read", source: reading, check: check.length }
  ]
}
