import { stripVTControlCharacters } from "node:util"
import { assert, describe, it } from "@effect/vitest"
import { formatStatus } from "../../../operator/status/formatStatus.ts"
import type { RunEnd } from "../../../operator/status/RunEnd.ts"
import { idOf, runDate } from "../../support/exampleRun.ts"

const gap = { imdbId: idOf(2), rank: 2, title: "Movie 2", state: "gap", where: "movies DLQ", messageId: "m" } as const
const missing = { imdbId: idOf(1), rank: 1, title: "Movie 1", state: "missing", where: "nowhere" } as const

const pageOf = (...waitsFor: Extract<RunEnd, { state: "unfinished" }>["waitsFor"]) => {
  const end = { state: "unfinished", waitsFor } as const
  const page = formatStatus(
    { stack: "stack dev", runDate, total: 2, end, movies: [missing, gap], alsoDead: [] },
    "--stack dev"
  )
  return stripVTControlCharacters(page(100))
}

describe("the status of an unfinished run", () => {
  const command = "Once the cause is resolved: npm run etl -- dlq redrive movies --stack dev"

  it("says how its gaps are redriven, too, and only once", () => {
    const waitsForOthers = pageOf({ what: "1 movie (missing)", why: "nothing is in progress" })
    assert.include(waitsForOthers, `Also, 1 gap can be redriven.\n  ${command}`)
    const waitsForLetters = pageOf({
      what: "1 movie (dead letter)",
      why: "dead letter in movies",
      queue: "movies",
      command: "dlq redrive movies"
    })
    assert.notInclude(waitsForLetters, "Also")
    assert.strictEqual(waitsForLetters.split(command).length, 2)
  })
})
