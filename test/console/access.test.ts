import { assert, it } from "@effect/vitest"
import { tokenHeader } from "../../console/api.ts"
import { refusal } from "../../console/server/access.ts"

const rules = { port: 4567, token: "token-of-this-page", isWritable: true }
const host = "127.0.0.1:4567"
const origin = `http://${host}`
const token = { [tokenHeader]: rules.token }

it.each<[string, string, Record<string, string>, Partial<typeof rules>, RegExp | undefined]>([
  ["a read", "GET", { host }, {}, undefined],
  ["a read by the other name", "GET", { host: "localhost:4567" }, {}, undefined],
  ["a read of the page itself", "GET", { host, origin, "sec-fetch-site": "same-origin" }, {}, undefined],
  ["a write of the page", "POST", { host, origin, ...token }, {}, undefined],
  ["another host name, as in DNS rebinding", "GET", { host: "evil.example:4567" }, {}, /only at 127/],
  ["another port", "GET", { host: "127.0.0.1:80" }, {}, /only at 127/],
  ["no host", "GET", {}, {}, /only at 127/],
  ["a page of another origin", "POST", { host, origin: "http://evil.example", ...token }, {}, /another origin/],
  ["a page of another port", "GET", { host, origin: "http://127.0.0.1:8000" }, {}, /another origin/],
  ["a sandboxed page", "POST", { host, origin: "null", ...token }, {}, /another origin/],
  ["a link or image of another site", "GET", { host, "sec-fetch-site": "cross-site" }, {}, /another origin/],
  ["a write without the token", "POST", { host, origin }, {}, /reload it/],
  ["a write with another token", "POST", { host, [tokenHeader]: "another" }, {}, /reload it/],
  ["a write to a console that is read only", "POST", { host, ...token }, { isWritable: false }, /--write/]
])("allows or refuses %s", (_, method, headers, replaced, expected) => {
  const why = refusal({ method, headers }, { ...rules, ...replaced })
  if (expected === undefined) assert.isUndefined(why)
  else assert.match(`${why}`, expected)
})
