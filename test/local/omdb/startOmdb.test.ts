import { afterEach, beforeAll, expect, it } from "vitest"
import facts from "../../../local/omdb/facts/movies.json" with { type: "json" }
import { type OmdbStandIn, startOmdb } from "../../../local/omdb/startOmdb.ts"
import { ask } from "./ask.ts"

let omdb: OmdbStandIn
beforeAll(async () => {
  omdb = await startOmdb({ key: "good" })
  return omdb.close
})
afterEach(() => omdb.reset())

const details = (id: string) => fetch(`${omdb.url}/?apikey=good&i=${id}`)

it("answers with a movie as one line of compact JSON, in OMDb's order of keys", async () => {
  expect(await (await details("tt0111161")).text()).toBe(
    '{"Title":"The Shawshank Redemption","Year":"1994","Rated":"R","Released":"14 Oct 1994","Runtime":"142 min",' +
      '"Genre":"Drama","Director":"Frank Darabont","Writer":"Stephen King, Frank Darabont",' +
      '"Actors":"Tim Robbins, Morgan Freeman, Bob Gunton","Plot":"N/A","Language":"English",' +
      '"Country":"United States","Awards":"Nominated for 7 Oscars. 21 wins & 42 nominations total","Poster":"N/A",' +
      '"Ratings":[{"Source":"Internet Movie Database","Value":"9.3/10"},{"Source":"Rotten Tomatoes","Value":"89%"},' +
      '{"Source":"Metacritic","Value":"82/100"}],"Metascore":"82","imdbRating":"9.3","imdbVotes":"3,120,594",' +
      '"imdbID":"tt0111161","Type":"movie","DVD":"N/A","BoxOffice":"$28,767,189","Production":"N/A",' +
      '"Website":"N/A","Response":"True"}'
  )
})

it("sends OMDb's headers", async () => {
  const { status, headers } = await details("tt0068646")
  expect(status).toBe(200)
  expect(headers.get("content-type")).toBe("application/json; charset=utf-8")
  expect(headers.get("cache-control")).toBe("public, max-age=86400")
})

it("knows every movie of its facts by its id", async () => {
  for (const movie of facts) {
    expect(await (await details(movie.imdbID)).json()).toMatchObject({ ...movie, Response: "True" })
  }
})

it("has no data for a movie outside its facts, as OMDb has none for a new one", async () => {
  expect(await (await details("tt99999999")).json()).toEqual({ Response: "False", Error: "Error getting data." })
})

it("records each call without the key's value", async () => {
  await details("tt0111161")
  await fetch(`${omdb.url}/?apikey=stolen&i=tt0068646`)
  await fetch(`${omdb.url}/?apikey=good`)
  expect(omdb.calls).toMatchObject([
    { imdbId: "tt0111161", keyAccepted: true, status: 200 },
    { imdbId: "tt0068646", keyAccepted: false, status: 401 },
    { keyAccepted: true, status: 200 }
  ])
  expect(JSON.stringify(omdb.calls)).not.toMatch(/good|stolen/)
})

it("refuses a request that names a foreign host and does not count it as a call", async () => {
  const url = `${omdb.url}/?apikey=good&i=tt0111161`
  const { port } = new URL(omdb.url)
  const asking = (host: string) => ask(url, { Host: host, "User-Agent": "test" })
  expect((await asking(`rebound.example:${port}`)).status).toBe(421)
  expect((await asking("127.0.0.1")).status).toBe(421)
  expect(omdb.calls).toEqual([])
  expect((await asking(`localhost:${port}`)).status).toBe(200)
})

it("serves one path and one method", async () => {
  expect((await fetch(`${omdb.url}/posters?apikey=good&i=tt0111161`)).status).toBe(404)
  expect((await ask(`${omdb.url}//`)).status).toBe(404)
  expect((await fetch(`${omdb.url}/?apikey=good&i=tt0111161`, { method: "POST" })).status).toBe(405)
  expect(omdb.calls).toEqual([])
})

it("says so when its port is taken", async () => {
  const port = Number(new URL(omdb.url).port)
  await expect(startOmdb({ key: "good", port })).rejects.toMatchObject({ code: "EADDRINUSE", port })
})

it("closes twice without complaint, and frees its port", async () => {
  const first = await startOmdb({ key: "good" })
  await fetch(first.url)
  await first.close()
  await first.close()
  const second = await startOmdb({ key: "good", port: Number(new URL(first.url).port) })
  expect(second.url).toBe(first.url)
  await second.close()
})
