import { afterEach, beforeAll, describe, expect, it } from "vitest"
import { type OmdbStandIn, startOmdb } from "../../../local/omdb/startOmdb.ts"

let omdb: OmdbStandIn
beforeAll(async () => {
  omdb = await startOmdb({ key: "good" })
  return omdb.close
})
afterEach(() => omdb.reset())

const shawshank = "tt0111161"
const godfather = "tt0068646"
const details = (id: string, key = "good") => fetch(`${omdb.url}/?apikey=${key}&i=${id}`)
const statuses = async (...ids: ReadonlyArray<string>) => {
  const received: Array<number> = []
  for (const id of ids) received.push((await details(id)).status)
  return received
}
const outage = { kind: "unavailable", status: 503 } as const

describe("the stand-in's rules", () => {
  it("apply always by default", async () => {
    omdb.addRule({ failure: outage })
    expect(await statuses(shawshank, godfather, shawshank)).toEqual([503, 503, 503])
  })

  it("apply to the calls about one movie, after `skip` calls, `times` times, and report each application", async () => {
    let applied = 0
    omdb.addRule({ imdbId: shawshank, skip: 1, times: 2, failure: outage }, () => {
      applied += 1
    })
    expect(await statuses(shawshank, godfather, shawshank, shawshank, shawshank)).toEqual([200, 200, 503, 503, 200])
    expect(applied).toBe(2)
  })

  it("apply in the order in which they were added", async () => {
    omdb.addRule({ imdbId: shawshank, times: 1, failure: outage })
    omdb.addRule({ imdbId: shawshank, times: 1, failure: { kind: "unavailable", status: 524 } })
    omdb.addRule({ times: 1, failure: { kind: "quota" } })
    expect(await statuses(shawshank, shawshank, shawshank, shawshank)).toEqual([503, 524, 401, 200])
    expect(omdb.calls.map(({ failure }) => failure)).toEqual(["unavailable", "unavailable", "quota", undefined])
  })

  it("do not apply to calls with a rejected key", async () => {
    omdb.addRule({ times: 1, failure: outage })
    expect((await details(shawshank, "bad")).status).toBe(401)
    expect(await statuses(shawshank, shawshank)).toEqual([503, 200])
  })

  it("are removed by reset, with the recorded calls", async () => {
    omdb.addRule({ failure: outage })
    await details(shawshank)
    omdb.reset()
    expect(omdb.calls).toEqual([])
    expect(await statuses(shawshank)).toEqual([200])
  })
})

describe("the stand-in's failures", () => {
  it("reset the connection", async () => {
    omdb.addRule({ times: 1, failure: { kind: "reset" } })
    await expect(details(shawshank)).rejects.toMatchObject({ cause: { code: "ECONNRESET" } })
    expect(omdb.calls[0]).not.toHaveProperty("status")
  })

  it.each([
    { by: "backslash", inserted: "\\ " },
    { by: "controlCharacter", inserted: "\t" }
  ] as const)("insert a $by into the reply, which is then no JSON", async ({ by, inserted }) => {
    const valid = await (await details(shawshank)).text()
    omdb.addRule({ failure: { kind: "malformed", by } })
    const body = await (await details(shawshank)).text()
    expect(() => JSON.parse(body)).toThrow(SyntaxError)
    expect(body.replace(inserted, "")).toBe(valid)
  })

  it("return a custom reply, JSON by default", async () => {
    omdb.addRule({ times: 1, failure: { kind: "custom", status: 429, body: "slow down", contentType: "text/plain" } })
    omdb.addRule({ times: 1, failure: { kind: "custom", status: 200, body: "[]" } })
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
})
