import { createHash } from "node:crypto"

/**
 * The relative path of each key. What has no meaning in S3 but one in a path is encoded: `.`, `..`, empty parts, and a key
 * that is also the folder of another one, such as `a` beside `a/b`. A part that is too long for a file system ends in `%`
 * and its hash.
 */
export const pathsOf = (keys: ReadonlyArray<string>): ReadonlyArray<readonly [key: string, path: string]> => {
  const folders = new Set(
    keys.flatMap((key) => key.split("/").map((_, index, parts) => parts.slice(0, index).join("/")))
  )
  const encode = (part: string) => {
    const named = part.replaceAll("%", "%25").replaceAll("\0", "%00")
    return shorten(/^\.{0,2}$/.test(named) ? named.replaceAll(".", "%2E") || "%2F" : named)
  }
  return keys.map((key) => [key, key.split("/").map(encode).join("/") + (folders.has(key) ? "%2F" : "")])
}

/** In bytes of UTF-8. File systems allow 255; `%2F` may follow. */
const maxPartLength = 250

const shorten = (part: string): string => {
  if (Buffer.byteLength(part) <= maxPartLength) return part
  const hash = `%${createHash("sha256").update(part).digest("hex")}`
  // A character that was cut is left out.
  const start = Buffer.from(part)
    .subarray(0, maxPartLength - hash.length)
    .toString()
    .replace(/\uFFFD$/, "")
  return `${start}${hash}`
}
