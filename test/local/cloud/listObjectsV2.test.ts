import { describe, expect, it } from "@effect/vitest"
import { Schema } from "effect"
import { listObjectsV2 } from "../../../local/cloud/s3/listObjectsV2.ts"

// Few characters, so that keys are often equal, nested or different in case; two of them beyond ASCII, whose order by
// UTF-8 differs from JavaScript's order by UTF-16.
const Character = Schema.Literals(["a", "B", "b", "/", "\uFF5E", "😀"])
const Key = Schema.Array(Character).pipe(Schema.check(Schema.isMinLength(1), Schema.isMaxLength(5)))
const Keys = Schema.Array(Key).pipe(Schema.check(Schema.isMaxLength(40)))

const sortedKeys = (keys: ReadonlyArray<ReadonlyArray<string>>) =>
  [...new Set(keys.map((characters) => characters.join("")))].toSorted((a, b) =>
    Buffer.compare(Buffer.from(a), Buffer.from(b))
  )

const list = (keys: ReadonlyArray<string>, query: Record<string, string>) => {
  const entries = keys.toReversed().map((key) => ({ key, size: 1, eTag: '"e"', lastModified: new Date(0) }))
  const found = { keys: [] as string[], prefixes: [] as string[] }
  let token: string | undefined
  do {
    const params = { ...query, ...(token !== undefined && { "continuation-token": token }) }
    const xml = listObjectsV2("movies", entries, new URLSearchParams(params)).body.toString()
    found.keys.push(...[...xml.matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, key = ""]) => key))
    found.prefixes.push(...[...xml.matchAll(/<CommonPrefixes><Prefix>([^<]*)</g)].map(([, prefix = ""]) => prefix))
    token = /<NextContinuationToken>([^<]*)</.exec(xml)?.[1]
  } while (token !== undefined)
  return found
}

describe("listObjectsV2", () => {
  it.prop(
    "lists each key or common prefix under a prefix once, in the order of its UTF-8 bytes, for any page size",
    {
      generated: Keys,
      characters: Schema.Array(Character).pipe(Schema.check(Schema.isMaxLength(2))),
      delimiter: Schema.Literals(["", "/"]),
      size: Schema.Literals([1, 2, 3, 7, 1000])
    },
    ({ generated, characters, delimiter, size }) => {
      const prefix = characters.join("")
      const under = sortedKeys(generated).filter((key) => key.startsWith(prefix))
      const end = (key: string) => (delimiter === "" ? -1 : key.indexOf(delimiter, prefix.length))
      const prefixes = under.filter((key) => end(key) >= 0).map((key) => key.slice(0, end(key) + 1))
      expect(list(sortedKeys(generated), { prefix, delimiter, "max-keys": `${size}` })).toEqual({
        keys: under.filter((key) => end(key) < 0),
        prefixes: [...new Set(prefixes)]
      })
    },
    { arbitrary: { runs: 300 } }
  )
})
