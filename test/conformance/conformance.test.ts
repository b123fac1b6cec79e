import { assert, beforeAll, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type { TargetName } from "./ConformanceTarget.ts"
import { localCloudStage, modelStage } from "./ConformanceTarget.ts"
import { conformance, type Row } from "./conformance.ts"
import { subjects } from "./subjects.ts"

let rows: ReadonlyArray<Row>
beforeAll(async () => {
  const onBoth = Effect.flatMap(localCloudStage, (local) => conformance([modelStage, local], subjects))
  rows = await Effect.runPromise(Effect.scoped(onBoth))
})

const sites: ReadonlyArray<TargetName> = ["model", "local cloud"]

for (const site of sites) {
  for (const { heading, behaviours } of subjects) {
    describe(`on the ${site}, ${heading}`, () => {
      for (const { title, differs } of behaviours) {
        const listed = differs?.[site] === undefined ? "holds" : "differs"
        it(listed === "holds" ? title : `differs, as listed: ${title}`, () => {
          const outcome = rows.find((row) => row.title === title)?.outcomes[site]
          assert.strictEqual(outcome?.state, listed, JSON.stringify(outcome))
        })
      }
    })
  }
}

describe("the list of behaviours", () => {
  const all = subjects.flatMap(({ behaviours }) => behaviours)

  it("has each once, with the page that says so", () => {
    assert.isAtLeast(all.length, 40)
    assert.strictEqual(new Set(all.map(({ title }) => title)).size, all.length)
    for (const { source } of all) assert.match(source, /^https:\/\/(docs\.aws\.amazon\.com|repost\.aws)\/\S+$/)
  })

  it("lists no difference of AWS from AWS", () => {
    for (const { differs = {} } of all) assert.notProperty(differs, "AWS")
  })
})
