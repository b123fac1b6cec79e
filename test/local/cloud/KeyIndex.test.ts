import { expect, it } from "@effect/vitest"
import { Schema } from "effect"
import { KeyIndex, listObjectsV2 } from "../../../local/cloud/s3/KeyIndex.ts"

// Few letters, so that keys collide, nest and differ in case; two beyond ASCII, on both sides of the surrogates.
const Letter = Schema.Literals(["a", "B", "b", "/", "\uFF5E", "😀"])
const Key = Schema.Array(Letter).pipe(Schema.check(Schema.isMinLength(1), Schema.isMaxLength(5)))
const Keys = Schema.Array(Key).pipe(Schema.check(Schema.isMaxLength(40)))

const byBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b))
const texts = (lists: ReadonlyArray<ReadonlyArray<string>>) => lists.map((letters) => letters.join(""))

const indexOf = (put: ReadonlyArray<string>, deleted: ReadonlyArray<string>) => {
  const index = new KeyIndex()
  for (const key of put) index.put({ key, size: 1, eTag: '"e"', lastModified: new Date(0) })
  for (const key of deleted) index.delete(key)
  return { index, left: [...new Set(put)].filter((key) => !deleted.includes(key)).toSorted(byBytes) }
}

const listed = (index: KeyIndex, query: Record<string, string>): { keys: Array<string>; prefixes: Array<string> } => {
  const [keys, prefixes]: [Array<string>, Array<string>] = [[], []]
  let token: string | undefined
  do {
    const params = { ...query, ...(token !== undefined && { "continuation-token": token }) }
    const xml = listObjectsV2("movies", index, new URLSearchParams(params)).body.toString()
    keys.push(...[...xml.matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, key = ""]) => key))
    prefixes.push(...[...xml.matchAll(/<CommonPrefixes><Prefix>([^<]*)</g)].map(([, prefix = ""]) => prefix))
    token = /<NextContinuationToken>([^<]*)</.exec(xml)?.[1]
  } while (token !== undefined)
  return { keys, prefixes }
}

it.prop(
  "pages of any size give every key under a prefix once, in the order of their bytes",
  {
    put: Keys,
    deleted: Keys,
    prefix: Schema.Array(Letter).pipe(Schema.check(Schema.isMaxLength(2))),
    size: Schema.Literals([1, 2, 3, 7, 1000])
  },
  ({ put, deleted, prefix, size }) => {
    const { index, left } = indexOf(texts(put), texts(deleted))
    const found = listed(index, { prefix: prefix.join(""), "max-keys": `${size}` })
    expect(found).toEqual({ keys: left.filter((key) => key.startsWith(prefix.join(""))), prefixes: [] })
  }
)

it.prop(
  "pages of any size give every group under a delimiter once",
  { put: Keys, size: Schema.Literals([1, 2, 3, 7, 1000]) },
  ({ put, size }) => {
    const { index, left } = indexOf(texts(put), [])
    const found = listed(index, { delimiter: "/", "max-keys": `${size}` })
    const groups = left.filter((key) => key.includes("/")).map((key) => key.slice(0, key.indexOf("/") + 1))
    expect(found).toEqual({ keys: left.filter((key) => !key.includes("/")), prefixes: [...new Set(groups)] })
  }
)
