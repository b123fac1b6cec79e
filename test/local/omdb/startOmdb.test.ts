import { request } from "node:http"
import { afterEach, beforeAll, expect, it } from "vitest"
import errors from "../../../local/omdb/facts/errors.json" with { type: "json" }
import facts from "../../../local/omdb/facts/movies.json" with { type: "json" }
import {
  malformed,
  type OmdbResponse,
  quota,
  responseForId,
  unavailable,
  unknownMovie
} from "../../../local/omdb/responses.ts"
import { type OmdbStandIn, startOmdb } from "../../../local/omdb/startOmdb.ts"

let omdb: OmdbStandIn
beforeAll(async () => {
  omdb = await startOmdb({ key: "good" })
  return omdb.close
})
afterEach(() => omdb.reset())

const details = (id: string, key = "good") => fetch(`${omdb.url}/?${new URLSearchParams({ apikey: key, i: id })}`)

/** A GET with exactly these headers: unlike fetch, it can omit User-Agent and set Host. */
const rawGet = (url: string, headers: Readonly<Record<string, string>> = { "User-Agent": "test" }) =>
  new Promise<{ status: number | undefined; contentType: string | undefined; body: string }>((resolve, reject) => {
    request(url, { headers, agent: false }, (response) => {
      const chunks: Array<Buffer> = []
      response.on("data", (chunk: Buffer) => chunks.push(chunk)).on("error", reject)
      response.on("end", () => {
        const contentType = response.headers["content-type"]
        resolve({ status: response.statusCode, contentType, body: Buffer.concat(chunks).toString() })
      })
    })
      .on("error", reject)
      .end()
  })

it("returns a movie as one line of compact JSON, in OMDb's order of keys and with its headers", async () => {
  const response = await details("tt0111161")
  expect(await response.text()).toBe(
    '{"Title":"The Shawshank Redemption","Year":"1994","Rated":"R","Released":"14 Oct 1994","Runtime":"142 min",' +
      '"Genre":"Drama","Director":"Frank Darabont","Writer":"Stephen King, Frank Darabont",' +
      '"Actors":"Tim Robbins, Morgan Freeman, Bob Gunton","Plot":"N/A","Language":"English",' +
      '"Country":"United States","Awards":"Nominated for 7 Oscars. 21 wins & 42 nominations total","Poster":"N/A",' +
      '"Ratings":[{"Source":"Internet Movie Database","Value":"9.3/10"},{"Source":"Rotten Tomatoes","Value":"89%"},' +
      '{"Source":"Metacritic","Value":"82/100"}],"Metascore":"82","imdbRating":"9.3","imdbVotes":"3,120,594",' +
      '"imdbID":"tt0111161","Type":"movie","DVD":"N/A","BoxOffice":"$28,767,189","Production":"N/A",' +
      '"Website":"N/A","Response":"True"}'
  )
  expect(response.status).toBe(200)
  expect(response.headers.get("content-type")).toBe("application/json; charset=utf-8")
  expect(response.headers.get("cache-control")).toBe("public, max-age=86400")
})

it("returns every movie of its facts by id", async () => {
  for (const movie of facts) {
    expect(await (await details(movie.imdbID)).json()).toMatchObject({ ...movie, Response: "True" })
  }
})

interface Reproduction {
  readonly query?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly reply?: OmdbResponse
}

/** How to get each recorded error; the request is the recorded one where that is known. */
const reproductions: Readonly<Record<string, Reproduction>> = {
  "missing key": { query: "t=westworld" },
  "invalid or not yet activated key": { query: "apikey=BAD&t=westworld" },
  "daily limit used up": { reply: quota },
  "malformed or rejected id": { query: "apikey=good&i=tt596799" },
  "well-formed id OMDb has no data for": { query: "apikey=good&i=tt13046514" },
  "title not found (t= or s=)": { query: "apikey=good&t=Random+Movie+Title" },
  "no i, t or s": { query: "apikey=good&foo=bar" },
  "letters inside or after the digits": { query: "apikey=good&i=tt3896198a" },
  "upper-case prefix": { query: "apikey=good&i=TT0000001" },
  '"<" anywhere in a parameter': { query: "s=val%3Cue" },
  "Cloudflare WAF": { headers: {} },
  "origin down": { reply: unavailable[503] },
  "Cloudflare cannot reach origin": { reply: unavailable[522] },
  "origin too slow": { reply: unavailable[524] }
}

it.each(errors)("returns OMDb's recorded error: $case", async (fact) => {
  const reproduction = reproductions[fact.case]
  if (reproduction === undefined) throw new Error(`No request reproduces the case "${fact.case}".`)
  omdb.intercept = () => reproduction.reply
  const query = reproduction.query ?? "apikey=good&i=tt0111161"
  const { status, contentType, body } = await rawGet(`${omdb.url}/?${query}`, reproduction.headers)
  expect({ status, contentType }).toEqual({ status: fact.status, contentType: fact.contentType })
  if (fact.bodyIs === "exact") expect(body).toBe(fact.body)
  else expect(body).toContain(fact.body)
})

const errorOf = async (response: Response): Promise<unknown> => {
  const body: unknown = await response.json()
  return body !== null && typeof body === "object" && "Error" in body ? body.Error : "none"
}

it.each(["", "tt", "0111161", "tt111161", "tt000000001", "foo", "tt0111161 "])("rejects the id %j", async (id) => {
  expect(await errorOf(await details(id))).toBe("Incorrect IMDb ID.")
})

it("returns the reply of its interceptor, or resets the connection, for a call with an accepted key", async () => {
  const replies = new Map<string | null, OmdbResponse | "reset">([
    ["tt0111161", unknownMovie],
    ["tt0068646", "reset"]
  ])
  omdb.intercept = (imdbId) => replies.get(imdbId)
  expect(await errorOf(await details("tt0111161"))).toBe("Incorrect IMDb ID.")
  expect(await errorOf(await details("tt0111161", "bad"))).toBe("Invalid API key!")
  expect(await errorOf(await details("tt0111161", ""))).toBe("No API key provided.")
  expect(await errorOf(await details("tt0050083"))).toBe("none")
  await expect(details("tt0068646")).rejects.toMatchObject({ cause: { code: "ECONNRESET" } })
  expect(omdb.calls.at(-1)).not.toHaveProperty("status")
  omdb.reset()
  expect(omdb.calls).toEqual([])
  expect((await details("tt0068646")).status).toBe(200)
})

it.each([
  ["backslash", "\\ "],
  ["controlCharacter", "\t"]
] as const)("inserts a %s into a reply, which is then no JSON", async (by, inserted) => {
  const valid = responseForId("tt0111161")
  const { body } = malformed(valid, by)
  expect(() => JSON.parse(body)).toThrow(SyntaxError)
  expect(body.replace(inserted, "")).toBe(valid.body)
})

it("records each call without the key's value", async () => {
  await details("tt0111161")
  await details("tt0068646", "stolen")
  await fetch(`${omdb.url}/?apikey=good`)
  expect(omdb.calls).toMatchObject([
    { imdbId: "tt0111161", keyAccepted: true, status: 200 },
    { imdbId: "tt0068646", keyAccepted: false, status: 401 },
    { keyAccepted: true, status: 200 }
  ])
  expect(JSON.stringify(omdb.calls)).not.toMatch(/good|stolen/)
})

it("refuses a request for another host and does not record it", async () => {
  const url = `${omdb.url}/?apikey=good&i=tt0111161`
  const { port } = new URL(omdb.url)
  const statusFor = async (Host: string) => (await rawGet(url, { Host, "User-Agent": "test" })).status
  expect([await statusFor(`rebound.example:${port}`), await statusFor("127.0.0.1")]).toEqual([421, 421])
  expect(omdb.calls).toEqual([])
  expect(await statusFor(`localhost:${port}`)).toBe(200)
})

it("serves one path and one method", async () => {
  const url = `${omdb.url}/?apikey=good&i=tt0111161`
  expect((await fetch(`${omdb.url}/posters?apikey=good&i=tt0111161`)).status).toBe(404)
  expect((await rawGet(`${omdb.url}//`)).status).toBe(404)
  expect((await fetch(url, { method: "POST" })).status).toBe(405)
  expect(omdb.calls).toEqual([])
})
