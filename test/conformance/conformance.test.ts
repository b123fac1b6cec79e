import { assert, beforeAll, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { S3 } from "../../services/S3.ts"
import { s3 } from "./behaviours/s3.ts"
import type { RunningTarget } from "./ConformanceTarget.ts"
import { type Behaviour, conformance, type Outcome, outcomeOn, type Row, subjects } from "./conformance.ts"
import { startLocalCloudTarget } from "./targets/localCloudTarget.ts"
import { modelTarget } from "./targets/modelTarget.ts"

describe("conformance", () => {
  let rows: ReadonlyArray<Row>
  beforeAll(async () => {
    const onBoth = Effect.flatMap(startLocalCloudTarget, (local) => conformance([modelTarget, local], subjects))
    rows = await Effect.runPromise(Effect.scoped(onBoth))
  })

  for (const target of ["model", "local cloud"] as const) {
    for (const { heading, behaviours } of subjects) {
      describe(`${heading} (${target})`, () => {
        for (const { title, differs } of behaviours) {
          const expected = differs?.[target] === undefined ? "holds" : "differs"
          it(expected === "holds" ? title : `differs as listed: ${title}`, () => {
            const outcome = rows.find((row) => row.title === title)?.outcomes[target]
            assert.strictEqual(outcome?.state, expected, JSON.stringify(outcome))
          })
        }
      })
    }
  }

  it("lists 45 different behaviours, each with a page of AWS's documentation and no difference on AWS", () => {
    const all = subjects.flatMap(({ behaviours }) => behaviours)
    assert.strictEqual(new Set(all.map(({ title }) => title)).size, 45)
    for (const { source, differs = {} } of all) {
      assert.match(source, /^https:\/\/(docs\.aws\.amazon\.com|repost\.aws)\/\S+$/)
      assert.notProperty(differs, "AWS")
    }
  })
})

describe("outcomeOn", () => {
  const withReversedListings: RunningTarget = {
    name: "model",
    run: (effect) =>
      Effect.updateService(Effect.scoped(effect), S3, (live) =>
        S3.of({ ...live, list: (...args) => Effect.map(live.list(...args), (listed) => listed.toReversed()) })
      ).pipe(modelTarget.run)
  }
  const order = s3.behaviours.find(({ title }) => title.includes("ordered"))?.check ?? Effect.die("no such behaviour")
  const outdated = "holds, but is listed as different: a reason"
  const names = ["B", "Z", "a", "a/b", "ab", "é", "\uFFFD", "\u{1F3AC}"].map((name) => `order/${name}`)
  const reversed = `The order of the keys: expected ${JSON.stringify(names)}, found ${JSON.stringify(names.toReversed())}`

  it.live.each<[string, Behaviour["check"], Behaviour["differs"], Outcome]>([
    ["fails if an expectation fails", order, undefined, { state: "fails", reason: reversed }],
    [
      "differs as listed if an expectation fails",
      order,
      { model: "a reason" },
      { state: "differs", reason: "a reason" }
    ],
    [
      "fails if it holds and is listed as different",
      Effect.void,
      { model: "a reason" },
      { state: "fails", reason: outdated }
    ],
    [
      "fails if a call fails, listed or not",
      Effect.fail({ message: "no reply" }),
      { model: "a reason" },
      { state: "fails", reason: "no reply" }
    ],
    [
      "fails on a defect, listed or not",
      Effect.die(new TypeError("a bug")),
      { model: "a reason" },
      { state: "fails", reason: "defect: TypeError: a bug" }
    ]
  ])("%s", ([, check, differs, expected]) =>
    Effect.gen(function* () {
      const behaviour = { title: "A title", source: "", check, ...(differs && { differs }) }
      assert.deepStrictEqual(yield* outcomeOn(withReversedListings, behaviour), expected)
    })
  )
})
