import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { DeadLetterQueue } from "../../../operator/dlq/DeadLetterQueue.ts"
import { deleteMessages } from "../../../operator/dlq/deleteMessages.ts"
import { findDeadLetters } from "../../../operator/dlq/findDeadLetters.ts"
import { redriveEdited, redriveMessages } from "../../../operator/dlq/redrive.ts"
import { RunStore } from "../../../services/RunStore.ts"
import { ModelAccount, modelServices } from "../../model/ModelAccount.ts"
import type { ModelQueue } from "../../model/ModelQueue.ts"
import { modelOperatorServices } from "../../model/modelSqs.ts"
import { stackOutputs, stackWithoutResources } from "../exampleStack.ts"

/** The exports queue and its dead-letter queue with one message a run: the first is not valid. */
const exportQueues = () => {
  const account = new ModelAccount()
  const create = (name: string) => account.createQueue({ name, visibilityTimeoutSeconds: 30, retentionDays: 14 })
  const [source, dead] = [create("exports.fifo"), create("exports-dead-letters.fifo")]
  const ids = ["a", "b", "c"].map((body) => dead.send(0, { body, groupId: `run ${body}`, deduplicationId: body }))
  const queue: DeadLetterQueue = { name: "exports", url: dead.url, source: source.url, holds: "" }
  const layer = Layer.merge(modelOperatorServices(account), stackWithoutResources)
  return { account, source, dead, ids, queue, layer }
}

/** The bodies of the visible messages. */
const bodiesIn = (queue: ModelQueue) => queue.receive(0, 10).map(({ body }) => body)

describe("the dead letters with the selected ids", () => {
  it.effect.each([
    ["redriven", redriveMessages, ["a", "c"]],
    ["deleted", deleteMessages, []]
  ] as const)("are %s, and the others are visible again at once", ([done, handle, sent]) => {
    const { source, dead, ids, queue, layer } = exportQueues()
    return Effect.gen(function* () {
      const { left, ...result } = yield* handle(queue, [`${ids[0]}`, `${ids[2]}`, "lost"])
      assert.deepStrictEqual<unknown>(result, { queue: "exports", [done]: 2 })
      assert.deepStrictEqual(
        left.map(({ messageId, why }) => [messageId, why.split(":")[0]]),
        [["lost", "it is not among the messages that can be received now"]]
      )
      assert.deepStrictEqual([bodiesIn(source), bodiesIn(dead)], [sent, ["b"]])
    }).pipe(Effect.provide(layer))
  })
})

describe("redriveEdited", () => {
  const payload = '{\n  "version": 1, "type": "export", "runDate": "2026-11-22"\n}'
  const sent = '{"version":1,"type":"export","runDate":"2026-11-22"}'

  it.effect("sends the payload in the message group of its run, and deletes the message", () => {
    const { source, dead, ids, queue, layer } = exportQueues()
    return Effect.gen(function* () {
      const result = yield* redriveEdited(queue, `${ids[0]}`, payload)
      assert.deepStrictEqual(result, { queue: "exports", redriven: 1, left: [] })
      assert.deepInclude(source.sent[0], { body: sent, groupId: "2026-11-22" })
      assert.deepStrictEqual(bodiesIn(dead), ["b", "c"])
    }).pipe(Effect.provide(layer))
  })

  it.effect("keeps the message when the payload is not valid or cannot be sent", () => {
    const { account, source, dead, ids, queue, layer } = exportQueues()
    return Effect.gen(function* () {
      const { message } = yield* Effect.flip(redriveEdited(queue, `${ids[0]}`, "{"))
      assert.strictEqual(message, "The payload is not valid for exports: it is not JSON")
      account.faults.fail("SendMessage")
      const { redriven, left } = yield* redriveEdited(queue, `${ids[0]}`, payload)
      assert.deepStrictEqual([redriven, left[0]?.messageId], [0, ids[0]])
      assert.deepStrictEqual([source.sent, bodiesIn(dead)], [[], ["a", "b", "c"]])
    }).pipe(Effect.provide(layer))
  })

  it.effect("invokes the function of a failed run with the payload", () => {
    const { account, layer } = exportQueues()
    const dead = account.createQueue({ name: "failed-runs", visibilityTimeoutSeconds: 30, retentionDays: 14 })
    const functionName = stackOutputs.functions["GetMoviesAndSendToQueue"]
    const requestContext = {
      functionArn: `arn:aws:lambda:eu:1:function:${functionName}`,
      condition: "RetriesExhausted"
    }
    const id = dead.send(0, { body: JSON.stringify({ requestContext, requestPayload: { runDate: "2026-11-21" } }) })
    const queue: DeadLetterQueue = { name: "failed-runs", url: dead.url, source: undefined, holds: "" }
    const invoked: Array<readonly [string, string]> = []
    account.onInvoke = (name, event) => void invoked.push([name, event])
    return Effect.gen(function* () {
      yield* redriveEdited(queue, id, '{ "runDate": "2026-11-21", "top": 5 }')
      assert.deepStrictEqual<unknown>(invoked, [[functionName, '{"runDate":"2026-11-21","top":5}']])
    }).pipe(Effect.provide(layer))
  })
})

describe("findDeadLetters", () => {
  it.effect("refuses the beginning of an id that several messages have", () => {
    const { account, queue, layer } = exportQueues()
    const { name: bucket } = account.createBucket("movies")
    return Effect.gen(function* () {
      const { message } = yield* Effect.flip(findDeadLetters([queue], ["exports-dead-letters"]))
      const problem = '3 dead letters have an id that begins with "exports-dead-letters": give more of it.'
      assert.strictEqual(message, problem)
    }).pipe(Effect.provide(Layer.provideMerge(RunStore.layerFor(bucket), Layer.merge(layer, modelServices(account)))))
  })
})
