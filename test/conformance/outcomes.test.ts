import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { S3 } from "../../services/S3.ts"
import { Sqs } from "../../services/Sqs.ts"
import type { Behaviour, Services, Subject } from "./Behaviour.ts"
import { fifo } from "./behaviours/fifo.ts"
import { s3 } from "./behaviours/s3.ts"
import { sqs } from "./behaviours/sqs.ts"
import { visibility } from "./behaviours/visibility.ts"
import { modelStage, type Stage } from "./ConformanceTarget.ts"
import { conformance, outcomeOn } from "./conformance.ts"
import { pageOf } from "./page.ts"

/** The model, with one of its services bent. */
const bent = (bend: <A, E>(work: Effect.Effect<A, E, Services>) => Effect.Effect<A, E, Services>): Stage => ({
  name: "model",
  run: (work) => modelStage.run(bend(Effect.scoped(work)))
})

const listingBackwards = bent((work) =>
  Effect.provideServiceEffect(
    work,
    S3,
    Effect.map(S3, (s3) =>
      S3.of({ ...s3, list: (bucket, prefix) => Effect.map(s3.list(bucket, prefix), (listed) => listed.toReversed()) })
    )
  )
)

const sendingTwice = bent((work) =>
  Effect.provideServiceEffect(
    work,
    Sqs,
    Effect.map(Sqs, (sqs) => Sqs.of({ ...sqs, sendAll: (url, all) => sqs.sendAll(url, [...all, ...all]) }))
  )
)

const forgettingVisibility = bent((work) =>
  Effect.provideServiceEffect(
    work,
    Sqs,
    Effect.map(Sqs, (sqs) => Sqs.of({ ...sqs, changeVisibility: () => Effect.void }))
  )
)

const statesOn = (stage: Stage, subject: Subject) =>
  Effect.map(conformance([stage], [subject]), (rows) =>
    rows.flatMap(({ title, outcomes }) => (outcomes.model?.state === "fails" ? [title] : []))
  )

describe("the script finds out", () => {
  it.live("a listing in the wrong order", () =>
    Effect.gen(function* () {
      assert.include(yield* statesOn(listingBackwards, s3), "A listing is in the order of the keys' UTF-8 bytes")
    })
  )

  it.live("messages that are sent twice", () =>
    Effect.gen(function* () {
      const title = "Batches of ten messages and of 256 KiB are taken, and every message arrives once"
      assert.include(yield* statesOn(sendingTwice, sqs), title)
      assert.deepStrictEqual(yield* statesOn(sendingTwice, fifo), [])
    })
  )

  it.live("a visibility timeout that does not change", () =>
    Effect.gen(function* () {
      const failing = yield* statesOn(forgettingVisibility, visibility)
      assert.includeMembers(failing, [
        "A visibility timeout of zero lets a message be received at once",
        "A visibility timeout made shorter ends sooner",
        "The pipeline's longest wait is taken, and outlasts the queue's own timeout",
        "A visibility timeout of more than 12 hours is refused"
      ])
    })
  )
})

describe("a behaviour", () => {
  const order = s3.behaviours.find(({ title }) => title.includes("order"))
  const whole = { check: Effect.void, title: "It is so", source: "" } satisfies Behaviour
  const differs = { model: "a reason" }

  it.live("that is listed as differing, and differs, says why and what was seen", () =>
    Effect.gen(function* () {
      assert.isDefined(order)
      const outcome = yield* outcomeOn(listingBackwards, { ...order, differs })
      assert.deepInclude(outcome, { state: "differs", reason: "a reason" })
      assert.match(
        "seen" in outcome ? outcome.seen : "",
        /^The order of the keys: expected \["order\/B".*, saw \["order/
      )
    })
  )

  it.live("that is listed as differing, and holds, is out of date", () =>
    Effect.gen(function* () {
      const outcome = yield* outcomeOn(modelStage, { ...whole, differs })
      assert.deepStrictEqual(outcome, { state: "out of date", reason: "a reason" })
    })
  )

  it.live("that cannot be looked at fails, also where a difference is listed", () =>
    Effect.gen(function* () {
      const check = Effect.fail({ message: "no answer" })
      const outcome = yield* outcomeOn(modelStage, { ...whole, check, differs })
      assert.deepStrictEqual(outcome, { state: "fails", seen: "no answer" })
      const slip = yield* outcomeOn(modelStage, { ...whole, check: Effect.die(new TypeError("a slip")), differs })
      assert.deepStrictEqual(slip, { state: "fails", seen: "a defect: TypeError: a slip" })
    })
  )
})

describe("the page", () => {
  it("says below the table what fails and which difference is none any more", () => {
    const row = { subject: "sqs", source: "" }
    const page = pageOf(
      [
        { ...row, title: "It is so", outcomes: { model: { state: "holds" }, AWS: { state: "fails", seen: "not so" } } },
        {
          ...row,
          title: "It differs",
          outcomes: { model: { state: "out of date", reason: "it did" }, AWS: { state: "holds" } }
        }
      ],
      ["model", "AWS"]
    )(0)
    assert.deepStrictEqual(page.split("\n").slice(-6), [
      "FAILS on AWS: It is so",
      "  not so",
      "HOLDS on the model, although it is listed as differing: It differs",
      "  it did",
      "The model: 1 holds, 1 HOLDS, although listed as differing.",
      "AWS: 1 holds, 1 FAILS."
    ])
  })
})
