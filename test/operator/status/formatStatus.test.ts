import { assert, describe, it } from "@effect/vitest"
import { formatStatus, type RunStatus } from "../../../operator/status/formatStatus.ts"
import type { RunEnd, Wait } from "../../../operator/status/RunEnd.ts"
import { idOf, runDate } from "../../support/exampleRun.ts"

describe("formatStatus", () => {
  const gap = { imdbId: idOf(2), rank: 2, title: "Movie 2", state: "gap", where: "movies DLQ", messageId: "m" } as const
  const textOf = (end: RunEnd, movies: RunStatus["movies"] = [gap], schedulePaused = false) =>
    formatStatus({ stack: "stack dev", schedulePaused, runDate, total: 2, end, movies, alsoDead: [] }, "--stack dev")(0)
  const unfinished = (wait: Wait) => ({ state: "unfinished", waitsFor: [wait] }) as const

  it("shows the redrive command for gaps of an unfinished run once", () => {
    const command = "Once the cause is resolved: npm run etl -- dlq redrive movies --stack dev"
    const missing = { what: "1 movie (missing)", why: "nothing is in progress" }
    assert.include(textOf(unfinished(missing)), `Also, 1 gap can be redriven.\n  ${command}`)
    const dead = { what: "1 movie (dead letter)", why: "", queue: "movies", command: "dlq redrive movies" } as const
    assert.notInclude(textOf(unfinished(dead)), "Also")
    assert.strictEqual(textOf(unfinished(dead)).split(command).length, 2)
  })

  it("shows a paused schedule", () => {
    const end = { state: "complete", csvKey: "csv/x.csv", tableItems: 2 } as const
    assert.match(textOf(end, [], true), /^Run .*\nThe schedule is paused: [^\n]+\nComplete: /)
    assert.notInclude(textOf(end, []), "paused")
  })

  it("shows what is published of an unfinished run, and the next attempt of a provisional gap", () => {
    const end = {
      ...unfinished({ what: "1 movie (provisional gap)", why: "next attempt" }),
      published: { csvKey: "csv/x.csv", tableItems: 1 }
    }
    const nextAttemptAt = "2026-11-21T10:00:00.000Z"
    const text = textOf(end, [{ ...gap, state: "provisional gap", where: "movies queue", nextAttemptAt }])
    assert.match(text, /│ provisional gap │ 2026-11-21T10:00:00Z │ movies queue │/)
    assert.include(
      text,
      "Published: csv/x.csv, 1 row in the table. Waiting for:\n  1 movie (provisional gap): next attempt"
    )
  })
})
