import { assert } from "@effect/vitest"
import { parse } from "csv-parse/sync"
import type { Fault } from "../../local/faults/FaultSchedule.ts"
import type { SharedStack } from "../local/sharedStack.ts"
import { accountedFor } from "./accountedFor.ts"
import { calling, settled } from "./counting.ts"
import { matrix } from "./matrix.ts"
import { redrive, runAgain } from "./mending.ts"
import { eighth, fifth, first, second, third } from "./movies.ts"

type OmdbFault = Omit<Extract<Fault, { at: "omdb" }>, "at">
const omdb = (fault: OmdbFault): Fault => ({ at: "omdb", ...fault })

const callsFor = ({ omdb: { calls } }: SharedStack, id: string) => calls.filter(({ imdbId }) => imdbId === id).length

/** Fails once or twice, so that each is enriched all the same and no record comes back. */
const passes =
  (...faults: readonly [Fault, ...ReadonlyArray<Fault>]) =>
  async (warm: SharedStack) => {
    const batches = settled(warm, "EnrichAndStoreMovie")
    warm.applyFaults(...faults)
    const { runDate, complete } = await warm.run()
    assert.isTrue(complete)
    assert.strictEqual((await accountedFor(warm, runDate)).enriched.length, 10)
    assert.deepStrictEqual(batches().failed, 0)
  }

/** A movie that OMDb will not have is a gap after one call; the others go on. */
const isGap = (what: OmdbFault["what"], reason: string) => async (warm: SharedStack) => {
  warm.applyFaults(omdb({ imdbId: fifth, what }))
  const { runDate, complete } = await warm.run()
  assert.isFalse(complete)
  const { enriched, gaps, letters } = await accountedFor(warm, runDate)
  assert.strictEqual(enriched.length, 9)
  assert.deepStrictEqual(gaps, { [fifth]: reason })
  assert.deepStrictEqual(letters, {})
  assert.strictEqual(callsFor(warm, fifth), 1)
  await runAgain(warm, runDate)
}

matrix("omdb", {
  "the daily limit is reached at the fourth movie": async (warm) => {
    warm.applyFaults(omdb({ skip: 3, times: 3, what: { kind: "quota" } }))
    const { runDate, complete } = await warm.run()
    assert.isTrue(complete)
    assert.strictEqual((await accountedFor(warm, runDate)).enriched.length, 10)
    // Ten that were answered and the three that were refused: whoever was not asked about cost nothing.
    assert.strictEqual(warm.omdb.calls.length, 13)
    const waits = [...warm.logs().matchAll(/"message":"Retry deferred".*"seconds":(\d+)/g)].map(([, wait]) =>
      Number(wait)
    )
    assert.isAbove(waits.length, 4)
    for (const wait of waits) assert.isAtLeast(wait, 4 * 3600)
  },

  "the daily limit does not come back": async (warm) => {
    warm.applyFaults(omdb({ skip: 3, times: "always", what: { kind: "quota" } }))
    const { runDate } = await warm.run()
    const { enriched, gaps, letters } = await accountedFor(warm, runDate)
    assert.strictEqual(enriched.length, 3)
    assert.deepStrictEqual(Object.values(gaps), Array(7).fill("QuotaExhausted"))
    assert.strictEqual(letters["movies-dead-letters"]?.length, 7)
    assert.isAtMost(warm.omdb.calls.length, 3 + 7 * 8)
    await redrive(warm, "movies", runDate)
  },

  "the key is invalid": async (warm) => {
    await warm.killFunction("EnrichAndStoreMovie")
    const reads = calling(warm, "GetSecretValue")
    warm.applyFaults(omdb({ times: "always", what: { kind: "invalidKey" } }))
    const { runDate, complete } = await warm.run()
    assert.isFalse(complete)
    const { gaps, letters } = await accountedFor(warm, runDate)
    assert.deepStrictEqual(Object.values(gaps), Array(10).fill("KeyRejected"))
    assert.deepStrictEqual(letters, {})
    assert.isAtMost(warm.omdb.calls.length, 4)
    assert.strictEqual(reads(), 2)
    await runAgain(warm, runDate)
  },

  "the key is rotated in mid-run": async (warm) => {
    await warm.killFunction("EnrichAndStoreMovie")
    const reads = calling(warm, "GetSecretValue")
    warm.applyFaults(omdb({ skip: 4, what: { kind: "rotateKey" } }))
    const { runDate, complete } = await warm.run()
    assert.isTrue(complete)
    assert.strictEqual((await accountedFor(warm, runDate)).enriched.length, 10)
    assert.strictEqual(reads(), 2)
  },

  "503, 522 and 524 in HTML, then well": passes(
    omdb({ imdbId: first, what: { kind: "unavailable", status: 503 } }),
    omdb({ imdbId: second, what: { kind: "unavailable", status: 522 } }),
    omdb({ imdbId: third, times: 2, what: { kind: "unavailable", status: 524 } })
  ),

  "403 in HTML, then well": passes(omdb({ imdbId: fifth, what: { kind: "blocked" } })),

  "down for longer than a call is repeated": async (warm) => {
    const batches = settled(warm, "EnrichAndStoreMovie")
    warm.applyFaults(
      omdb({ imdbId: first, times: 4, what: { kind: "unavailable", status: 503 } }),
      omdb({ imdbId: second, times: 4, what: { kind: "unavailable", status: 522 } })
    )
    const { runDate, complete } = await warm.run()
    assert.isTrue(complete)
    assert.strictEqual((await accountedFor(warm, runDate)).enriched.length, 10)
    assert.deepStrictEqual(batches(), { deleted: 10, failed: 2 })
  },

  "malformed JSON, then well": passes(
    omdb({ imdbId: fifth, what: { kind: "malformed", by: "backslash" } }),
    omdb({ imdbId: eighth, what: { kind: "malformed", by: "controlCharacter" } })
  ),

  "`Incorrect IMDb ID.`": isGap({ kind: "unknownMovie" }, "MovieNotFound"),

  "an answer about another id": isGap({ kind: "anotherMovie", imdbId: first }, "DifferentMovieReturned"),

  "`Error getting data.`, then well": passes(omdb({ imdbId: fifth, what: { kind: "errorGettingData" } })),

  "`N/A` everywhere, a range of years, odd money": async (warm) => {
    const about = (imdbID: string, said: object) => ({
      kind: "custom" as const,
      status: 200,
      body: JSON.stringify({ Title: "Odd", imdbID, Response: "True", ...said })
    })
    const nothing = { Year: "N/A", Runtime: "N/A", Genre: "N/A", Metascore: "N/A", BoxOffice: "N/A", Ratings: [] }
    warm.applyFaults(
      omdb({ imdbId: first, what: about(first, { ...nothing, imdbVotes: "80" }) }),
      omdb({ imdbId: second, what: about(second, { Year: "2006–", BoxOffice: "$292.6M", Runtime: "1 h 15 min" }) }),
      omdb({
        imdbId: third,
        what: about(third, { Year: "1994–1997", BoxOffice: "$30,459,009.00", Runtime: "34S min" })
      })
    )
    const { runDate, complete } = await warm.run()
    assert.isTrue(complete)
    const { csv = "" } = await accountedFor(warm, runDate)
    const rows: ReadonlyArray<Record<string, string>> = parse(csv, { columns: true })
    const cells = (...columns: ReadonlyArray<string>) =>
      rows.slice(0, 3).map((row) => columns.map((column) => row[column]))
    assert.deepStrictEqual(cells("runtime_minutes", "box_office_usd", "end_year", "imdb_votes", "genres"), [
      ["", "", "", "80", ""],
      ["75", "292600000", "", "", ""],
      ["", "30459009", "1997", "", ""]
    ])
  },

  "no answer at all": async (warm) => {
    const batches = settled(warm, "EnrichAndStoreMovie")
    warm.applyFaults(
      omdb({ imdbId: fifth, what: { kind: "hang" } }),
      omdb({ imdbId: fifth, times: 3, what: { kind: "unavailable", status: 524 } })
    )
    const { runDate, complete } = await warm.run()
    assert.isTrue(complete)
    assert.strictEqual((await accountedFor(warm, runDate)).enriched.length, 10)
    assert.deepStrictEqual(batches(), { deleted: 10, failed: 1 })
    assert.strictEqual(callsFor(warm, fifth), 5)
  },

  "the connection is reset": passes(omdb({ imdbId: fifth, times: 2, what: { kind: "reset" } }))
})
