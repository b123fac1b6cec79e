import { AwsError } from "../AwsError.ts"
import type { Reply } from "../Service.ts"
import { document, elements } from "../xml.ts"
import type { KeyIndex, Listed } from "./KeyIndex.ts"

interface Page {
  readonly objects: ReadonlyArray<Listed>
  readonly prefixes: ReadonlyArray<string>
  /** What the last entry was, if there is more after it: a key or a common prefix. */
  readonly continueAfter: string | undefined
}

const pageOf = (index: KeyIndex, after: string, prefix: string, delimiter: string, size: number): Page => {
  const objects: Array<Listed> = []
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
    return `<Contents>${elements(fields)}</Contents>`
  })
  const commonPrefixes = prefixes.map(
    (common) => `<CommonPrefixes>${elements({ Prefix: text(common) })}</CommonPrefixes>`
  )
  const head = elements({
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
  const xml = document(`<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${inside}</ListBucketResult>`)
  return { status: 200, headers: { "content-type": "application/xml" }, body: Buffer.from(xml) }
}
