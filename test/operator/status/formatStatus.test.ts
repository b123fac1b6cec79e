import { stripVTControlCharacters } from "node:util"
import { assert, describe, it } from "@effect/vitest"
import { formatStatus } from "../../../operator/status/formatStatus.ts"
import type { RunEnd } from "../../../operator/status/RunEnd.ts"
import { idOf, runDate } from "../../support/exampleRun.ts"

const gap = { imdbId: idOf(2), rank: 2, title: "Movie 2", state: "gap", where: "movies DLQ", messageId: "m" } as const
const missing = { imdbId: idOf(1), rank: 1, title: "Movie 1", state: "missing", where: "nowhere" } as const

const textOf = (...waitsFor: Extract<RunEnd, { state: "unfinished" }>["waitsFor"]) => {
  const end = { state: "unfinished", waitsFor } as const
  const text = formatStatus(
    { stack: "stack dev", runDate, total: 2, end, movies: [missing, gap], alsoDead: [] },
    "--stack dev"
  )
  return stripVTControlCharacters(text(100))
}

describe("formatStatus", () => {
  const command = "Once the cause is resolved: npm run etl -- dlq redrive movies --stack dev"

  it("shows the redrive command for gaps of an unfinished run once", () => {
    const waitingForOthers = textOf({ what: "1 movie (missing)", why: "nothing is in progress" })
    assert.include(waitingForOthers, `Also, 1 gap can be redriven.\n  ${command}`)
    const waitingForDeadLetters = textOf({
      what: "1 movie (dead letter)",
      why: "dead letter in movies",
      queue: "movies",
      command: "dlq redrive movies"
    })
    assert.notInclude(waitingForDeadLetters, "Also")
    assert.strictEqual(waitingForDeadLetters.split(command).length, 2)
  })
})
