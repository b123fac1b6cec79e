import { assert, describe, it } from "@effect/vitest"
import { ImdbId } from "../../../domain/ImdbId.ts"
import { ActiveFault } from "../../../local/faults/ActiveFault.ts"
import type { DeliveryFault, FaultAt } from "../../../local/faults/FaultSchedule.ts"
import { planSend } from "../../../local/faults/messageFaults.ts"

const godfather = ImdbId.make("tt0068646")
const entries = ["tt0111161", godfather, "tt0468569"].map((id) => ({ Id: id.slice(-1), MessageBody: `about ${id}` }))
const onDelivery = (what: DeliveryFault, more: Partial<FaultAt<"delivery">> = {}) => [
  new ActiveFault({ at: "delivery" as const, queue: "movies", what, ...more })
]

describe("faults of messages that are sent together", () => {
  it.each<[DeliveryFault, Partial<FaultAt<"delivery">>, ReadonlyArray<string> | undefined]>([
    [{ kind: "duplicate" }, {}, ["1", "1", "6", "9"]],
    [{ kind: "duplicate" }, { imdbId: godfather }, ["1", "6", "6", "9"]],
    [{ kind: "duplicate" }, { skip: 1, times: "always" }, ["1", "6", "6", "9", "9"]],
    [{ kind: "duplicate" }, { imdbId: ImdbId.make("tt9999999") }, undefined],
    [{ kind: "reorder" }, {}, ["9", "6", "1"]],
    [{ kind: "replace", find: "absent", with: "" }, {}, undefined]
  ])("send for %j %j the messages %j", (what, more, sent) => {
    const plan = planSend(entries, [], onDelivery(what, more))
    assert.deepStrictEqual(
      plan?.toSend.map(({ MessageBody }) => MessageBody.slice(-1)),
      sent
    )
  })

  it("give a duplicate on a FIFO queue a deduplication id of its own, delay and change single messages", () => {
    const fifo = entries.map((entry) => ({ ...entry, MessageGroupId: "a", MessageDeduplicationId: entry.Id }))
    const ids = planSend(fifo, [], onDelivery({ kind: "duplicate" }))?.toSend.map(
      (entry) => entry.MessageDeduplicationId
    )
    assert.deepStrictEqual(ids?.slice(0, 2), ["1", "1-twice"])
    const delayed = planSend(entries, [], onDelivery({ kind: "delay", seconds: 900 }, { imdbId: godfather }))
    assert.deepStrictEqual(
      delayed?.toSend.map(({ DelaySeconds }) => DelaySeconds),
      [undefined, 900, undefined]
    )
    const replaced = planSend(entries, [], onDelivery({ kind: "replace", find: "about", with: "$&!" }))
    assert.strictEqual(replaced?.toSend[0]?.MessageBody, "$&! tt0111161")
  })

  it.each<
    [Pick<FaultAt<"sqs">, "imdbId">, { readonly entries?: number; readonly code?: string }, ReadonlyArray<string>]
  >([
    [{}, {}, ["1"]],
    [{}, { entries: 2 }, ["1", "6"]],
    [{ imdbId: godfather }, { code: "Odd" }, ["6"]]
  ])("refuse for %j %j the entries %j", (selector, more, refused) => {
    const what = { kind: "refuseEntries", ...more } as const
    const plan = planSend(
      entries,
      [new ActiveFault({ at: "sqs", operation: "SendMessageBatch", what, ...selector })],
      []
    )
    assert.deepStrictEqual(
      [...(plan?.refused ?? [])],
      refused.map((id) => [id, what] as const)
    )
  })
})
