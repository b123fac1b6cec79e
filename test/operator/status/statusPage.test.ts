import { stripVTControlCharacters } from "node:util"
import { assert, describe, it } from "@effect/vitest"
import type { RunEnd } from "../../../operator/status/RunEnd.ts"
import { statusPage } from "../../../operator/status/statusPage.ts"
import { idOf, runDate } from "../../support/exampleRun.ts"

const gap = { imdbId: idOf(2), rank: 2, title: "Movie 2", state: "gap", where: "dead in movies" } as const
const missing = { imdbId: idOf(1), rank: 1, title: "Movie 1", state: "missing", where: "nowhere" } as const

const pageOf = (...waitsFor: Extract<RunEnd, { state: "unfinished" }>["waitsFor"]) => {
  const end = { state: "unfinished", waitsFor } as const
  const page = statusPage(
    { stack: "stack dev", runDate, total: 2, end, movies: [missing, gap], alsoDead: [] },
    "--stack dev"
  )
  return stripVTControlCharacters(page(100))
}

describe("the status of an unfinished run", () => {
  const command = "Once the cause is gone: npm run etl -- dlq redrive movies --stack dev"

  it("says how its gaps are redriven, too, and only once", () => {
    const waitsForOthers = pageOf({ what: "1 movie (missing)", why: "nothing is on its way to it" })
    assert.include(waitsForOthers, `Besides, 1 gap can be redriven.\n  ${command}`)
    const waitsForLetters = pageOf({
      what: "1 movie (dead letter)",
      why: "dead in movies",
      command: "dlq redrive movies"
    })
    assert.notInclude(waitsForLetters, "Besides")
    assert.strictEqual(waitsForLetters.split(command).length, 2)
  })
})
