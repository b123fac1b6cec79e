import { createHash } from "node:crypto"
import { DeleteMessageBatchCommand, SendMessageCommand } from "@aws-sdk/client-sqs"
import * as Schema from "effect/Schema"
import type { AuthorizedCall, Interception } from "../cloud/executeCall.ts"
import { type ActiveFault, type FaultMatcher, type FaultTarget, isFaultAt } from "./ActiveFault.ts"
import type { DeliveryFault, FaultAt } from "./FaultSchedule.ts"

/** The parameters of a message that the pipeline uses. */
const Message = Schema.Struct({
  MessageBody: Schema.String,
  MessageGroupId: Schema.optionalKey(Schema.String),
  MessageDeduplicationId: Schema.optionalKey(Schema.String),
  DelaySeconds: Schema.optionalKey(Schema.Int)
})
const Entry = Schema.Struct({ Id: Schema.String, ...Message.fields })
type Entry = typeof Entry.Type

type Refusal = Extract<FaultAt<"sqs">["what"], { readonly kind: "refuseEntries" }>

interface SendPlan {
  readonly toSend: ReadonlyArray<Entry>
  /** By the entry's id. */
  readonly refused: ReadonlyMap<string, Refusal>
}

/** The messages that are sent instead of one message. */
const replacements = (entry: Entry, what: DeliveryFault): ReadonlyArray<Entry> => {
  switch (what.kind) {
    case "duplicate": {
      const id = entry.MessageDeduplicationId
      return [entry, id === undefined ? entry : { ...entry, MessageDeduplicationId: `${id}-twice` }]
    }
    case "delay":
      return [{ ...entry, DelaySeconds: what.seconds }]
    case "replace":
      return [{ ...entry, MessageBody: entry.MessageBody.replaceAll(what.find, () => what.with) }]
    default:
      return [entry]
  }
}

const matchesEntry = ({ imdbId, what }: FaultAt<"delivery">, { MessageBody }: Entry): boolean => {
  if (!MessageBody.includes(imdbId ?? "")) return false
  if (what.kind === "replace") return MessageBody.includes(what.find)
  return what.kind === "duplicate" || what.kind === "delay"
}

const refuseEntries = (entries: ReadonlyArray<Entry>, faults: ReadonlyArray<ActiveFault<FaultAt<"sqs">>>) => {
  const refused = new Map<string, Refusal>()
  for (const active of faults) {
    const { imdbId, what } = active.fault
    if (what.kind !== "refuseEntries") continue
    const matching = entries.filter(({ Id, MessageBody }) => !refused.has(Id) && MessageBody.includes(imdbId ?? ""))
    if (matching.length === 0 || !active.tryInject()) continue
    const most = what.entries ?? (imdbId === undefined ? 1 : matching.length)
    for (const { Id } of matching.slice(0, most)) refused.set(Id, what)
  }
  return refused
}

/** Applies faults, in their order, to messages that are sent together. Undefined: no fault applies. */
export const planSend = (
  entries: ReadonlyArray<Entry>,
  refusals: ReadonlyArray<ActiveFault<FaultAt<"sqs">>>,
  deliveries: ReadonlyArray<ActiveFault<FaultAt<"delivery">>>
): SendPlan | undefined => {
  const refused = refuseEntries(entries, refusals)
  let isChanged = refused.size > 0
  let toSend = entries.filter(({ Id }) => !refused.has(Id))
  for (const active of deliveries) {
    const { fault } = active
    const applies = (matches: boolean): boolean => {
      const injected = matches && active.tryInject()
      isChanged ||= injected
      return injected
    }
    if (fault.what.kind === "reorder") {
      if (applies(toSend.length > 1)) toSend = toSend.toReversed()
    } else {
      toSend = toSend.flatMap((entry) =>
        applies(matchesEntry(fault, entry)) ? replacements(entry, fault.what) : [entry]
      )
    }
  }
  return isChanged ? { toSend, refused } : undefined
}

const sqsReply = (output: object): Interception => ({
  type: "reply",
  status: 200,
  headers: { "content-type": "application/x-amz-json-1.0" },
  body: JSON.stringify(output)
})

/** SDKs compare it with the digest of what they sent, so it is of the original body. */
const md5 = (text: string): string => createHash("md5").update(text).digest("hex")

const batchReply = (entries: ReadonlyArray<Entry>, { refused }: SendPlan, idOf: (entry: Entry) => string) =>
  sqsReply({
    Successful: entries
      .filter(({ Id }) => !refused.has(Id))
      .map((entry) => ({ Id: entry.Id, MessageId: idOf(entry), MD5OfMessageBody: md5(entry.MessageBody) })),
    Failed: [...refused].map(([Id, { code = "InternalError", senderFault = false }]) => ({
      Id,
      Code: code,
      SenderFault: senderFault,
      Message: "This fault was injected."
    }))
  })

const decodeBatch = Schema.decodeUnknownSync(
  Schema.fromJsonString(Schema.Struct({ QueueUrl: Schema.String, Entries: Schema.Array(Entry) }))
)
const decodeMessage = Schema.decodeUnknownSync(
  Schema.fromJsonString(Schema.Struct({ QueueUrl: Schema.String, ...Message.fields }))
)

/** Faults between a sender and its queue: the changed messages are sent instead of the sender's. */
export const sendFaults = (
  { cloud, names }: FaultTarget,
  faults: ReadonlyArray<ActiveFault>,
  matches: FaultMatcher
) => {
  const refusals = faults.filter(isFaultAt("sqs")).filter(({ fault }) => fault.what.kind === "refuseEntries")
  const deliveries = faults.filter(isFaultAt("delivery"))

  return async (call: AuthorizedCall): Promise<Interception | undefined> => {
    if (call.service !== "sqs" || !call.operation.startsWith("SendMessage")) return undefined
    const ofQueue = deliveries.filter(({ fault }) =>
      call.resources.some((arn) => names.logicalName(arn) === fault.queue)
    )
    const ofCall = refusals.filter(({ fault }) => matches(fault, call))
    if (ofQueue.length + ofCall.length === 0) return undefined

    const isBatch = call.operation === "SendMessageBatch"
    const { QueueUrl, Entries } = isBatch ? decodeBatch(call.body.toString()) : asBatch(call.body.toString())
    const plan = planSend(Entries, ofCall, ofQueue)
    if (plan === undefined) return undefined

    const messageIds = new Map<string, string>()
    for (const { Id, ...message } of plan.toSend) {
      const { MessageId = "" } = await cloud.clients.sqs.send(new SendMessageCommand({ QueueUrl, ...message }))
      messageIds.set(Id, MessageId)
    }
    const idOf = ({ Id }: Entry) => messageIds.get(Id) ?? ""
    const [first] = Entries
    return isBatch || first === undefined
      ? batchReply(Entries, plan, idOf)
      : sqsReply({ MessageId: idOf(first), MD5OfMessageBody: md5(first.MessageBody) })
  }
}

const asBatch = (body: string) => {
  const { QueueUrl, ...message } = decodeMessage(body)
  return { QueueUrl, Entries: [{ ...message, Id: "0" }] }
}

const decodeDeletion = Schema.decodeUnknownSync(
  Schema.fromJsonString(
    Schema.Struct({
      QueueUrl: Schema.String,
      Entries: Schema.Array(Schema.Struct({ Id: Schema.String, ReceiptHandle: Schema.String }))
    })
  )
)

/** Acknowledgements that succeed without an effect, so that the message is received again. */
export const acknowledgementFaults = ({ cloud, lambda, names }: FaultTarget, faults: ReadonlyArray<ActiveFault>) => {
  const lost = faults.filter(isFaultAt("delivery")).filter(({ fault }) => fault.what.kind === "acknowledgementLost")
  const bodies = new Map<string, string>()
  if (lost.length > 0) {
    lambda.events.on("invocationStarted", ({ records = [] }) => {
      for (const { body, receiptHandle } of records) bodies.set(receiptHandle, body)
    })
  }

  return async ({ body, operation, resources }: AuthorizedCall): Promise<Interception | undefined> => {
    if (lost.length === 0 || operation !== "DeleteMessageBatch") return undefined
    const ofQueue = lost.filter(({ fault }) => resources.some((arn) => names.logicalName(arn) === fault.queue))
    const { QueueUrl, Entries } = decodeDeletion(body.toString())
    const kept = Entries.filter(({ ReceiptHandle }) =>
      ofQueue.some(
        (active) => bodies.get(ReceiptHandle)?.includes(active.fault.imdbId ?? "") === true && active.tryInject()
      )
    )
    if (kept.length === 0) return undefined
    const deleted = Entries.filter((entry) => !kept.includes(entry))
    if (deleted.length > 0) {
      await cloud.clients.sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries: deleted }))
    }
    return sqsReply({ Successful: Entries.map(({ Id }) => ({ Id })), Failed: [] })
  }
}
