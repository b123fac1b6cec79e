import { afterEach, beforeAll, expect, it } from "vitest"
import type { OmdbFailure } from "../../../local/omdb/OmdbRule.ts"
import { type OmdbStandIn, startOmdb } from "../../../local/omdb/startOmdb.ts"

let omdb: OmdbStandIn
beforeAll(async () => {
  omdb = await startOmdb({ key: "good" })
  return omdb.close
})
afterEach(() => omdb.reset())

const shawshank = "tt0111161"
const godfather = "tt0068646"
const details = (id: string, from = omdb, signal: AbortSignal | null = null) =>
  fetch(`${from.url}/?apikey=good&i=${id}`, { signal })
const statuses = async (ids: ReadonlyArray<string>) => {
  const seen: Array<number> = []
  for (const id of ids) seen.push((await details(id)).status)
  return seen
}
const outage: OmdbFailure = { kind: "unavailable", status: 503 }

it("fails for ever unless told how often", async () => {
  omdb.addRule({ answer: outage })
  expect(await statuses([shawshank, godfather, shawshank])).toEqual([503, 503, 503])
})

it("fails as often as told, for the movie told, and then answers as usual", async () => {
  omdb.addRule({ imdbId: shawshank, times: 2, answer: outage })
  expect(await statuses([godfather, shawshank, shawshank, shawshank])).toEqual([200, 503, 503, 200])
})

it("goes through rules about one movie in the order they were given", async () => {
  omdb.addRule({ imdbId: shawshank, times: 1, answer: outage })
  omdb.addRule({ imdbId: shawshank, times: 1, answer: { kind: "blocked" } })
  omdb.addRule({ times: 1, answer: { kind: "quota" } })
  expect(await statuses([shawshank, shawshank, shawshank, shawshank])).toEqual([503, 403, 401, 200])
  expect(omdb.calls.map((call) => call.failure)).toEqual(["unavailable", "blocked", "quota", undefined])
})

it("lets some calls pass before it fails, and tells of each failure", async () => {
  let met = 0
  omdb.addRule({ imdbId: shawshank, skip: 1, times: 2, answer: outage }, () => {
    met += 1
  })
  expect(await statuses([shawshank, godfather, shawshank, shawshank, shawshank])).toEqual([200, 200, 503, 503, 200])
  expect(met).toBe(2)
})

it("forgets its rules and its calls on reset", async () => {
  omdb.addRule({ answer: outage })
  await details(shawshank)
  omdb.reset()
  expect(omdb.calls).toEqual([])
  expect(await statuses([shawshank])).toEqual([200])
})

it("can hang until the client goes away", async () => {
  omdb.addRule({ times: 1, answer: { kind: "hang" } })
  await expect(details(shawshank, omdb, AbortSignal.timeout(50))).rejects.toMatchObject({ name: "TimeoutError" })
  expect(omdb.calls).toMatchObject([{ imdbId: shawshank, failure: "hang" }])
  expect(omdb.calls[0]).not.toHaveProperty("status")
  expect(await statuses([shawshank])).toEqual([200])
})

it.each<OmdbFailure>([{ kind: "hang" }, { kind: "slow", delayMs: 600_000 }])(
  "ends unanswered calls at once when it closes: $kind",
  async (failure) => {
    const other = await startOmdb({ key: "good" })
    other.addRule({ answer: failure })
    const ended = expect(details(shawshank, other)).rejects.toThrow("fetch failed")
    await expect.poll(() => other.calls.length).toBe(1)
    const before = performance.now()
    await other.close()
    await ended
    expect(performance.now() - before).toBeLessThan(1_000)
  }
)

it("can be late with the usual answer", async () => {
  omdb.addRule({ times: 1, answer: { kind: "slow", delayMs: 100 } })
  const before = performance.now()
  expect(await (await details(shawshank)).json()).toMatchObject({ imdbID: shawshank })
  // A timer may fire a little before its time.
  expect(performance.now() - before).toBeGreaterThan(95)
})

it("can reset the connection", async () => {
  omdb.addRule({ times: 1, answer: { kind: "reset" } })
  await expect(details(shawshank)).rejects.toMatchObject({ cause: { code: "ECONNRESET" } })
})

it.each([
  { by: "backslash", stray: "\\ " },
  { by: "controlCharacter", stray: "\t" }
] as const)("can put a $by into the usual answer, which then is no JSON", async ({ by, stray }) => {
  const usual = await (await details(shawshank)).text()
  omdb.addRule({ answer: { kind: "malformed", by } })
  const answer = await details(shawshank)
  const body = await answer.text()
  expect(answer.status).toBe(200)
  expect(() => JSON.parse(body)).toThrow(SyntaxError)
  expect(body.replace(stray, "")).toBe(usual)
})

it("can answer about another movie than the one asked for", async () => {
  omdb.addRule({ imdbId: shawshank, answer: { kind: "anotherMovie", imdbId: godfather } })
  expect(await (await details(shawshank)).json()).toMatchObject({ Title: "The Godfather", imdbID: godfather })
})

it("can answer anything, word for word", async () => {
  omdb.addRule({ times: 1, answer: { kind: "custom", status: 429, body: "slow down", contentType: "text/plain" } })
  omdb.addRule({ times: 1, answer: { kind: "custom", status: 200, body: "[]" } })
  const first = await details(shawshank)
  expect([first.status, first.headers.get("content-type"), await first.text()]).toEqual([
    429,
    "text/plain",
    "slow down"
  ])
  const second = await details(shawshank)
  expect(second.headers.get("content-type")).toBe("application/json; charset=utf-8")
  expect(await second.json()).toEqual([])
})
