import { stripVTControlCharacters } from "node:util"
import { assert, describe, it } from "@effect/vitest"
import { RunDate } from "../../../domain/RunDate.ts"
import { formatRun } from "../../../local/run/formatRun.ts"
import type { RunResult } from "../../../local/run/RunResult.ts"
import type { RunSummary } from "../../../local/run/RunSummary.ts"

const summary: RunSummary = {
  runDate: RunDate.make("2026-11-21"),
  complete: true,
  total: 10,
  enriched: 10,
  gaps: [],
  deadLetters: {},
  csvKey: null,
  tableItems: 10,
  failures: [],
  denied: [],
  unusedGrants: [{ role: "EnrichAndStoreMovie-role", action: "s3:PutObject", resource: "arn:aws:s3:::movies/x" }],
  invocations: {},
  durationMs: 1234,
  out: "out"
}
const state: RunResult = { roster: undefined, enriched: [], gaps: [], pending: [], manifest: undefined, rows: [] }
const said = (given: Partial<RunSummary>) =>
  stripVTControlCharacters(formatRun({ ...summary, ...given }, state, process.stdout))

describe("the report of a run", () => {
  it("tells of a grant that a complete run left unused", () => {
    assert.include(said({}), "unused grant: EnrichAndStoreMovie-role may s3:PutObject on arn:aws:s3:::movies/x")
    assert.include(said({}), "10 of 10 movies of 2026-11-21 enriched in 1.2 s.")
  })

  it("says nothing of grants where the run was not complete, nor of no movies at all", () => {
    const failed = said({ complete: false, total: 0, enriched: 0 })
    assert.notInclude(failed, "unused grant")
    assert.notInclude(failed, "movies of")
    assert.include(failed, "Files: out/s3, out/dynamodb, out/logs")
  })
})
