import { afterEach, beforeAll, expect, it } from "vitest"
import errors from "../../../local/omdb/facts/errors.json" with { type: "json" }
import type { OmdbFailure } from "../../../local/omdb/OmdbRule.ts"
import { type OmdbStandIn, startOmdb } from "../../../local/omdb/startOmdb.ts"
import { ask } from "./ask.ts"

let omdb: OmdbStandIn
beforeAll(async () => {
  omdb = await startOmdb({ key: "good" })
  return omdb.close
})
afterEach(() => omdb.reset())

interface Meeting {
  readonly query?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly failure?: OmdbFailure
}

/** How each case of the facts is met; the request is the recorded one wherever that was saved. */
const meetings: Readonly<Record<string, Meeting>> = {
  "missing key": { query: "t=westworld" },
  "invalid or not yet activated key": { query: "apikey=BAD&t=westworld" },
  "daily limit used up": { failure: { kind: "quota" } },
  "malformed or rejected id": { query: "apikey=good&i=tt596799" },
  "well-formed id OMDb has no data for": { query: "apikey=good&i=tt13046514" },
  "title not found (t= or s=)": { query: "apikey=good&t=Random+Movie+Title" },
  "no i, t or s": { query: "apikey=good&foo=bar" },
  "letters inside or after the digits": { query: "apikey=good&i=tt3896198a" },
  "upper-case prefix": { query: "apikey=good&i=TT0000001" },
  '"<" anywhere in a parameter': { query: "s=val%3Cue" },
  "Cloudflare WAF": { headers: {} },
  "origin down": { failure: { kind: "unavailable", status: 503 } },
  "Cloudflare cannot reach origin": { failure: { kind: "unavailable", status: 522 } },
  "origin too slow": { failure: { kind: "unavailable", status: 524 } }
}

it.each(errors)("gives OMDb's own answer to: $case", async (fact) => {
  const meeting = meetings[fact.case]
  if (meeting === undefined) throw new Error(`Nothing here meets the case "${fact.case}".`)
  if (meeting.failure) omdb.addRule({ answer: meeting.failure })
  const heard = await ask(`${omdb.url}/?${meeting.query ?? "apikey=good&i=tt0111161"}`, meeting.headers)
  expect(heard).toMatchObject({ status: fact.status, contentType: fact.contentType })
  if (fact.bodyIs === "exact") expect(heard.body).toBe(fact.body)
  else expect(heard.body).toContain(fact.body)
})

const known = (words: string) => errors.find((fact) => fact.case === words)?.body

it.each<[OmdbFailure["kind"], OmdbFailure, string | undefined]>([
  ["invalidKey", { kind: "invalidKey" }, known("invalid or not yet activated key")],
  ["unknownMovie", { kind: "unknownMovie" }, known("malformed or rejected id")],
  ["errorGettingData", { kind: "errorGettingData" }, known("well-formed id OMDb has no data for")]
])("gives the same answer on demand: %s", async (_, failure, body) => {
  omdb.addRule({ answer: failure })
  expect((await ask(`${omdb.url}/?apikey=good&i=tt0111161`)).body).toBe(body)
})

it("lets JSON errors be cached for a day, as OMDb does", async () => {
  const { cacheControl } = await ask(`${omdb.url}/?apikey=BAD&i=tt0111161`)
  expect(cacheControl).toBe("public, max-age=86400")
})

it.each(["", "tt", "0111161", "tt111161", "tt000000001", "foo", "tt0111161 "])("rejects the id %j", async (id) => {
  const { body } = await ask(`${omdb.url}/?apikey=good&i=${encodeURIComponent(id)}`)
  expect(body).toBe(known("malformed or rejected id"))
})
