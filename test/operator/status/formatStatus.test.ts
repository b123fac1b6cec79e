import { assert, describe, it } from "@effect/vitest"
import { formatStatus } from "../../../operator/status/formatStatus.ts"
import type { Wait } from "../../../operator/status/RunEnd.ts"
import { idOf, runDate } from "../../support/exampleRun.ts"

describe("formatStatus", () => {
  const gap = { imdbId: idOf(2), rank: 2, title: "Movie 2", state: "gap", where: "movies DLQ", messageId: "m" } as const
  const textOf = (wait: Wait) => {
    const end = { state: "unfinished", waitsFor: [wait] } as const
    const status = { stack: "stack dev", runDate, total: 2, end, movies: [gap], alsoDead: [] }
    return formatStatus(status, "--stack dev")(0)
  }

  it("shows the redrive command for gaps of an unfinished run once", () => {
    const command = "Once the cause is resolved: npm run etl -- dlq redrive movies --stack dev"
    const missing = { what: "1 movie (missing)", why: "nothing is in progress" }
    assert.include(textOf(missing), `Also, 1 gap can be redriven.\n  ${command}`)
    const dead = { what: "1 movie (dead letter)", why: "", queue: "movies", command: "dlq redrive movies" } as const
    assert.notInclude(textOf(dead), "Also")
    assert.strictEqual(textOf(dead).split(command).length, 2)
  })
})
