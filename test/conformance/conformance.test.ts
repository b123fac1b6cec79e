import { assert, beforeAll, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { S3 } from "../../services/S3.ts"
import { Sqs } from "../../services/Sqs.ts"
import { s3 } from "./behaviours/s3.ts"
import { standardQueues, visibilityTimeouts } from "./behaviours/standardQueues.ts"
import type { RunningTarget, Services } from "./ConformanceTarget.ts"
import { formatRows } from "./command.ts"
import { type Behaviour, conformance, type Outcome, outcomeOn, type Row, type Subject } from "./conformance.ts"
import { subjects } from "./subjects.ts"
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

  it("lists 43 different behaviours, each with a page of AWS's documentation and no difference on AWS", () => {
    const all = subjects.flatMap(({ behaviours }) => behaviours)
    assert.strictEqual(new Set(all.map(({ title }) => title)).size, 43)
    for (const { source, differs = {} } of all) {
      assert.match(source, /^https:\/\/(docs\.aws\.amazon\.com|repost\.aws)\/\S+$/)
      assert.notProperty(differs, "AWS")
    }
  })
})

/** The model with one service that behaves wrongly. */
const brokenModel = (breakService: <A, E>(effect: Effect.Effect<A, E, Services>) => typeof effect): RunningTarget => ({
  name: "model",
  run: (effect) => modelTarget.run(breakService(Effect.scoped(effect)))
})

const withReversedListings = brokenModel(
  Effect.updateService(S3, (s3) =>
    S3.of({ ...s3, list: (...args) => Effect.map(s3.list(...args), (listed) => listed.toReversed()) })
  )
)
const withDuplicateSends = brokenModel(
  Effect.updateService(Sqs, (sqs) => Sqs.of({ ...sqs, sendAll: (url, all) => sqs.sendAll(url, [...all, ...all]) }))
)
const withFixedVisibility = brokenModel(
  Effect.updateService(Sqs, (sqs) => Sqs.of({ ...sqs, changeVisibility: () => Effect.void }))
)

describe("a broken target", () => {
  it.live.each<[string, RunningTarget, Subject, ReadonlyArray<string>]>([
    ["listings in the wrong order", withReversedListings, s3, ["A listing is ordered by the UTF-8 bytes of the keys"]],
    [
      "messages that are sent twice",
      withDuplicateSends,
      standardQueues,
      ["SendMessageBatch accepts ten messages and 256 KiB, and every message is delivered once"]
    ],
    [
      "a visibility timeout that does not change",
      withFixedVisibility,
      visibilityTimeouts,
      [
        "A visibility timeout of zero makes a message visible at once",
        "A shortened visibility timeout ends sooner",
        "The pipeline's longest retry delay is accepted and outlasts the queue's visibility timeout",
        "A visibility timeout of more than 12 hours is rejected"
      ]
    ]
  ])("fails for %s", ([, target, subject, titles]) =>
    Effect.gen(function* () {
      const rows = yield* conformance([target], [subject])
      const failed = rows.flatMap(({ title, outcomes }) => (outcomes.model?.state === "fails" ? [title] : []))
      assert.includeMembers(failed, [...titles])
    })
  )
})

describe("outcomeOn", () => {
  const order = s3.behaviours.find(({ title }) => title.includes("ordered"))?.check ?? Effect.die("no such behaviour")
  const outdated = "holds, but is listed as different: a reason"

  it.live.each<[string, RunningTarget, Behaviour["check"], Outcome]>([
    ["differs if an expectation fails", withReversedListings, order, { state: "differs", reason: "a reason" }],
    ["fails if the behaviour holds", modelTarget, Effect.void, { state: "fails", reason: outdated }],
    [
      "fails if a call fails",
      modelTarget,
      Effect.fail({ message: "no reply" }),
      { state: "fails", reason: "no reply" }
    ],
    [
      "fails on a defect",
      modelTarget,
      Effect.die(new TypeError("a bug")),
      { state: "fails", reason: "defect: TypeError: a bug" }
    ]
  ])("%s, for a behaviour that is listed as different", ([, target, check, expected]) =>
    Effect.gen(function* () {
      const behaviour = { title: "A title", source: "", check, differs: { model: "a reason" } }
      assert.deepStrictEqual(yield* outcomeOn(target, behaviour), expected)
    })
  )
})

describe("formatRows", () => {
  it("prints the reasons of differences and failures below the table, then the counts", () => {
    const outcomes = {
      model: { state: "differs", reason: "a reason" },
      AWS: { state: "fails", reason: "not so" }
    } as const
    const rows = [
      { subject: "sqs", source: "", title: "One", outcomes: { model: { state: "holds" }, AWS: { state: "holds" } } },
      { subject: "sqs", source: "", title: "Two", outcomes }
    ] as const
    assert.deepStrictEqual(formatRows(rows, ["model", "AWS"])(0).split("\n").slice(-5), [
      "Two: differs (model)",
      "  a reason",
      "Two: fails (AWS)",
      "  not so",
      "model: 1 of 2 hold, AWS: 1 of 2 hold."
    ])
  })
})
