import { xmlDocument, xmlElements } from "../protocol.ts"
import { AwsError, type Reply } from "../Service.ts"

/** What a listing contains of an object. */
export interface ObjectEntry {
  readonly key: string
  readonly size: number
  /** With its quotes, as S3 sends it. */
  readonly eTag: string
  readonly lastModified: Date
}

const byUtf8 = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b))

interface Page {
  readonly objects: ReadonlyArray<ObjectEntry>
  readonly prefixes: ReadonlyArray<string>
  /** The last key or common prefix of the page, if more entries follow. */
  readonly continueAfter: string | undefined
}

/** S3 sorts keys by their UTF-8 bytes. fauxqs sorts by locale and loses keys between pages of mixed case. */
const pageOf = (
  entries: Iterable<ObjectEntry>,
  { after, prefix, delimiter, maxKeys }: Record<"after" | "prefix" | "delimiter", string> & { maxKeys: number }
): Page => {
  const objects: Array<ObjectEntry> = []
  const prefixes: Array<string> = []
  let last = ""
  if (maxKeys === 0) return { objects, prefixes, continueAfter: undefined }
  const following = Array.from(entries)
    .filter(({ key }) => key.startsWith(prefix) && byUtf8(key, after) > 0)
    .sort((a, b) => byUtf8(a.key, b.key))
  for (const object of following) {
    const end = delimiter === "" ? -1 : object.key.indexOf(delimiter, prefix.length)
    const common = end === -1 ? undefined : object.key.slice(0, end + delimiter.length)
    // A common prefix that is already on this page, or ended the previous one.
    if (common !== undefined && (common === prefixes.at(-1) || common === after)) continue
    if (objects.length + prefixes.length >= maxKeys) return { objects, prefixes, continueAfter: last }
    if (common === undefined) objects.push(object)
    else prefixes.push(common)
    last = common ?? object.key
  }
  return { objects, prefixes, continueAfter: undefined }
}

const readMaxKeys = (given: string | null): number => {
  if (given === null) return 1000
  if (!/^\d{1,9}$/.test(given))
    throw new AwsError(400, "InvalidArgument", "Provided max-keys not an integer or within integer range")
  return Math.min(Number(given), 1000)
}

/** One page of at most 1,000 keys; the keys under a common prefix count as one. */
export const listObjectsV2 = (bucket: string, entries: Iterable<ObjectEntry>, query: URLSearchParams): Reply => {
  const prefix = query.get("prefix") ?? ""
  const delimiter = query.get("delimiter") ?? ""
  const startAfter = query.get("start-after") ?? ""
  const token = query.get("continuation-token")
  const maxKeys = readMaxKeys(query.get("max-keys"))
  const after = token === null ? startAfter : Buffer.from(token, "base64url").toString()
  const { objects, prefixes, continueAfter } = pageOf(entries, { after, prefix, delimiter, maxKeys })

  const encoding = query.get("encoding-type")
  const encode = (value: string): string => (encoding === "url" ? encodeURIComponent(value) : value)
  const contents = objects.map(({ key, size, eTag, lastModified }) => {
    const LastModified = lastModified.toISOString()
    const fields = { Key: encode(key), LastModified, ETag: eTag, Size: size, StorageClass: "STANDARD" }
    return `<Contents>${xmlElements(fields)}</Contents>`
  })
  const commonPrefixes = prefixes.map(
    (common) => `<CommonPrefixes>${xmlElements({ Prefix: encode(common) })}</CommonPrefixes>`
  )
  const head = xmlElements({
    Name: bucket,
    Prefix: encode(prefix),
    ...(delimiter !== "" && { Delimiter: encode(delimiter) }),
    ...(startAfter !== "" && { StartAfter: encode(startAfter) }),
    ...(encoding !== null && { EncodingType: encoding }),
    ...(token !== null && { ContinuationToken: token }),
    MaxKeys: maxKeys,
    KeyCount: objects.length + prefixes.length,
    IsTruncated: continueAfter !== undefined,
    ...(continueAfter !== undefined && { NextContinuationToken: Buffer.from(continueAfter).toString("base64url") })
  })
  const content = [head, ...contents, ...commonPrefixes].join("")
  const xmlns = "http://s3.amazonaws.com/doc/2006-03-01/"
  const xml = xmlDocument(`<ListBucketResult xmlns="${xmlns}">${content}</ListBucketResult>`)
  return { status: 200, headers: { "content-type": "application/xml" }, body: Buffer.from(xml) }
}
