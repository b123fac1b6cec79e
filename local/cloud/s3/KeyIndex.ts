import { AwsError } from "../AwsError.ts"
import { xmlDocument, xmlElements } from "../protocol.ts"
import type { Reply } from "../Service.ts"

/** What a listing tells of an object. */
export interface ObjectEntry {
  readonly key: string
  readonly size: number
  /** With its quotes, as S3 sends it. */
  readonly eTag: string
  readonly lastModified: Date
}

interface Entry extends ObjectEntry {
  readonly bytes: Buffer
}

/** The keys of a bucket in S3's order, that of their UTF-8 bytes. fauxqs sorts by locale and loses keys between pages. */
export class KeyIndex {
  #entries: Array<Entry> = []

  /** Where the key is, or would be. */
  #position(bytes: Buffer): number {
    let low = 0
    let high = this.#entries.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const entry = this.#entries[middle]
      if (entry !== undefined && Buffer.compare(entry.bytes, bytes) < 0) low = middle + 1
      else high = middle
    }
    return low
  }

  get(key: string): ObjectEntry | undefined {
    const entry = this.#entries[this.#position(Buffer.from(key))]
    return entry?.key === key ? entry : undefined
  }

  put(object: ObjectEntry): void {
    const bytes = Buffer.from(object.key)
    const known = this.get(object.key) === undefined ? 0 : 1
    this.#entries.splice(this.#position(bytes), known, { ...object, bytes })
  }

  delete(key: string): void {
    if (this.get(key) !== undefined) this.#entries.splice(this.#position(Buffer.from(key)), 1)
  }

  /** The objects under the prefix whose keys come after the given one. */
  *after(key: string, prefix: string): Generator<ObjectEntry> {
    const start = Buffer.compare(Buffer.from(key), Buffer.from(prefix)) < 0 ? prefix : key
    for (let at = this.#position(Buffer.from(start)); ; at++) {
      const entry = this.#entries[at]
      if (entry === undefined || !entry.key.startsWith(prefix)) return
      if (entry.key !== key || key === "") yield entry
    }
  }
}

interface Page {
  readonly objects: ReadonlyArray<ObjectEntry>
  readonly prefixes: ReadonlyArray<string>
  /** What the last entry was, if there is more after it: a key or a common prefix. */
  readonly continueAfter: string | undefined
}

const pageOf = (index: KeyIndex, after: string, prefix: string, delimiter: string, size: number): Page => {
  const objects: Array<ObjectEntry> = []
  const prefixes: Array<string> = []
  let last = ""
  if (size === 0) return { objects, prefixes, continueAfter: undefined }
  for (const object of index.after(after, prefix)) {
    const cut = delimiter === "" ? -1 : object.key.indexOf(delimiter, prefix.length)
    const common = cut === -1 ? undefined : object.key.slice(0, cut + delimiter.length)
    // A group that was given before, on this page or as the end of the one before.
    if (common !== undefined && (common === prefixes.at(-1) || common === after)) continue
    if (objects.length + prefixes.length >= size) return { objects, prefixes, continueAfter: last }
    if (common === undefined) objects.push(object)
    else prefixes.push(common)
    last = common ?? object.key
  }
  return { objects, prefixes, continueAfter: undefined }
}

const tokenFor = (key: string): string => Buffer.from(key).toString("base64url")

const pageSize = (given: string | null): number => {
  if (given === null) return 1000
  if (!/^\d{1,9}$/.test(given))
    throw new AwsError(400, "InvalidArgument", "Provided max-keys not an integer or within integer range")
  return Math.min(Number(given), 1000)
}

/** A page of a bucket's keys, at most 1,000, groups under the delimiter counted as one. */
export const listObjectsV2 = (bucket: string, index: KeyIndex, query: URLSearchParams): Reply => {
  const prefix = query.get("prefix") ?? ""
  const delimiter = query.get("delimiter") ?? ""
  const startAfter = query.get("start-after") ?? ""
  const token = query.get("continuation-token")
  const maxKeys = pageSize(query.get("max-keys"))
  const after = token === null ? startAfter : Buffer.from(token, "base64url").toString()
  const { objects, prefixes, continueAfter } = pageOf(index, after, prefix, delimiter, maxKeys)

  const encoding = query.get("encoding-type")
  const text = (value: string): string => (encoding === "url" ? encodeURIComponent(value) : value)
  const contents = objects.map(({ key, size, eTag, lastModified }) => {
    const LastModified = lastModified.toISOString()
    const fields = { Key: text(key), LastModified, ETag: eTag, Size: size, StorageClass: "STANDARD" }
    return `<Contents>${xmlElements(fields)}</Contents>`
  })
  const commonPrefixes = prefixes.map(
    (common) => `<CommonPrefixes>${xmlElements({ Prefix: text(common) })}</CommonPrefixes>`
  )
  const head = xmlElements({
    Name: bucket,
    Prefix: text(prefix),
    ...(delimiter !== "" && { Delimiter: text(delimiter) }),
    ...(startAfter !== "" && { StartAfter: text(startAfter) }),
    ...(encoding !== null && { EncodingType: encoding }),
    ...(token !== null && { ContinuationToken: token }),
    MaxKeys: maxKeys,
    KeyCount: objects.length + prefixes.length,
    IsTruncated: continueAfter !== undefined,
    ...(continueAfter !== undefined && { NextContinuationToken: tokenFor(continueAfter) })
  })
  const inside = [head, ...contents, ...commonPrefixes].join("")
  const xml = xmlDocument(
    `<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${inside}</ListBucketResult>`
  )
  return { status: 200, headers: { "content-type": "application/xml" }, body: Buffer.from(xml) }
}
