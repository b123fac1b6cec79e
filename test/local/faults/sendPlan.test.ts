import { assert, describe, it } from "@effect/vitest"
import { ImdbId } from "../../../domain/ImdbId.ts"
import { ActiveFault } from "../../../local/faults/ActiveFault.ts"
import type { DeliveryFault, FaultAt } from "../../../local/faults/FaultSchedule.ts"
import { sendPlan } from "../../../local/faults/messageFaults.ts"

const godfather = ImdbId.make("tt0068646")
const entries = ["tt0111161", godfather, "tt0468569"].map((id) => ({ Id: id.slice(-1), MessageBody: `about ${id}` }))
const fifo = [{ Id: "0", MessageBody: `about ${godfather}`, MessageGroupId: "a", MessageDeduplicationId: "b" }]

type Often = Pick<FaultAt<"delivery">, "imdbId" | "skip" | "times">
const delivered = (what: DeliveryFault, often: Often = {}) => [
  new ActiveFault({ at: "delivery" as const, queue: "movies", what, ...often })
]
const refused = (fault: Omit<FaultAt<"sqs">, "at" | "operation">) => [
  new ActiveFault({ at: "sqs" as const, operation: "SendMessageBatch" as const, ...fault })
]
const bodies = (plan: ReturnType<typeof sendPlan>) => plan?.toSend.map(({ MessageBody }) => MessageBody.slice(-1))

describe("messages that are sent together", () => {
  it("are left alone where no fault happens", () => {
    assert.isUndefined(sendPlan(entries, [], []))
    assert.isUndefined(sendPlan(entries, [], delivered({ kind: "duplicate" }, { imdbId: ImdbId.make("tt9999999") })))
    assert.isUndefined(sendPlan(entries, [], delivered({ kind: "replace", find: "not there", with: "" })))
    assert.isUndefined(sendPlan(entries.slice(0, 1), [], delivered({ kind: "reorder" })))
  })

  it("are there twice, once, for the movie it is about or for as many as it is told", () => {
    assert.deepStrictEqual(bodies(sendPlan(entries, [], delivered({ kind: "duplicate" }))), ["1", "1", "6", "9"])
    assert.deepStrictEqual(bodies(sendPlan(entries, [], delivered({ kind: "duplicate" }, { imdbId: godfather }))), [
      "1",
      "6",
      "6",
      "9"
    ])
    assert.deepStrictEqual(
      bodies(sendPlan(entries, [], delivered({ kind: "duplicate" }, { skip: 1, times: "always" }))),
      ["1", "6", "6", "9", "9"]
    )
  })

  it("are there twice on a FIFO queue, too, where the second needs an id of its own", () => {
    const ids = sendPlan(fifo, [], delivered({ kind: "duplicate" }))?.toSend.map(
      (entry) => entry.MessageDeduplicationId
    )
    assert.deepStrictEqual(ids, ["b", "b-twice"])
  })

  it("stand in reverse, come late or read otherwise", () => {
    assert.deepStrictEqual(bodies(sendPlan(entries, [], delivered({ kind: "reorder" }))), ["9", "6", "1"])
    const late = sendPlan(entries, [], delivered({ kind: "delay", seconds: 900 }, { imdbId: godfather }))
    assert.deepStrictEqual(
      late?.toSend.map(({ DelaySeconds }) => DelaySeconds),
      [undefined, 900, undefined]
    )
    const other = sendPlan(entries, [], delivered({ kind: "replace", find: "about", with: "$&!" }))
    assert.strictEqual(other?.toSend[0]?.MessageBody, "$&! tt0111161")
  })

  it("are refused in part: the first, so many of them, or those about a movie", () => {
    const what = { kind: "refuseEntries" } as const
    const planOf = (fault: Parameters<typeof refused>[0]) => sendPlan(entries, refused(fault), [])
    assert.deepStrictEqual(bodies(planOf({ what })), ["6", "9"])
    assert.deepStrictEqual(bodies(planOf({ what: { ...what, entries: 2 } })), ["9"])
    const plan = planOf({ what: { ...what, code: "Odd" }, imdbId: godfather })
    assert.deepStrictEqual(bodies(plan), ["1", "9"])
    assert.deepStrictEqual([...(plan?.refused ?? [])], [["6", { ...what, code: "Odd" }]])
  })
})
