import { Buffer } from "node:buffer"

/** An API key with characters that JSON, URLs and HTML escape. No form but base64 changes the letters and digits at its end. */
export const canaryKey = 'ca"n\\a%r+y=é&7f3a9cb2d1e'

/** The key in the forms in which a server can quote it. */
export const formsOfKey: Readonly<Record<string, string>> = {
  plain: canaryKey,
  "escaped for JSON": JSON.stringify(canaryKey).slice(1, -1),
  "escaped for JSON in ASCII": JSON.stringify(canaryKey).slice(1, -1).replace("é", "\\u00E9"),
  "encoded for a URL": encodeURIComponent(canaryKey),
  "encoded for a URL in lower case": encodeURIComponent(canaryKey).replace(/%../g, (byte) => byte.toLowerCase()),
  "encoded for a form": `${new URLSearchParams({ apikey: canaryKey })}`,
  "in HTML entities": canaryKey.replace(/[^a-z0-9]/g, (character) => `&#x${character.charCodeAt(0).toString(16)};`),
  ...Object.fromEntries(
    ["", "k", "ke"].map((before) => [`in base64 after "${before}"`, Buffer.from(before + canaryKey).toString("base64")])
  ),
  "in base64 for URLs": Buffer.from(canaryKey).toString("base64url")
}

const end = canaryKey.slice(-11)
// The base64 of these letters and digits by the number of bytes before them, without the characters that others share.
const recognized = [
  end,
  ...["---", "--", "-"].map((before) =>
    Buffer.from(before + end)
      .toString("base64")
      .slice(4, 12)
  )
]

/** The texts that contain the key in any form. */
export const textsWithKey = (texts: Iterable<string>): ReadonlyArray<string> =>
  [...texts].filter((text) => recognized.some((part) => text.includes(part)))
