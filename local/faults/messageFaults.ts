import { createHash } from "node:crypto"
import { DeleteMessageBatchCommand, SendMessageCommand } from "@aws-sdk/client-sqs"
import * as Schema from "effect/Schema"
import type { AuthorizedCall, Interception } from "../cloud/executeCall.ts"
import { type ActiveFault, type FaultMatcher, type FaultTarget, isFaultAt } from "./ActiveFault.ts"
import type { DeliveryFault, FaultAt } from "./FaultSchedule.ts"

/** As much of a message as the pipeline sends. */
const Message = Schema.Struct({
  MessageBody: Schema.String,
  MessageGroupId: Schema.optionalKey(Schema.String),
  MessageDeduplicationId: Schema.optionalKey(Schema.String),
  DelaySeconds: Schema.optionalKey(Schema.Int)
})
export const Entry = Schema.Struct({ Id: Schema.String, ...Message.fields })
export type Entry = typeof Entry.Type

type Refusal = Extract<FaultAt<"sqs">["what"], { readonly kind: "refuseEntries" }>

export interface SendPlan {
  /** What stands on the queue in the end. */
  readonly toSend: ReadonlyArray<Entry>
  /** Why an entry is refused, by its id. */
  readonly refused: ReadonlyMap<string, Refusal>
}

/** What stands on the queue in place of one message. */
const changed = (entry: Entry, what: DeliveryFault): ReadonlyArray<Entry> => {
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

const changes = ({ imdbId, what }: FaultAt<"delivery">, { MessageBody }: Entry): boolean => {
  if (!MessageBody.includes(imdbId ?? "")) return false
  if (what.kind === "replace") return MessageBody.includes(what.find)
  return what.kind === "duplicate" || what.kind === "delay"
}

const refusedOf = (entries: ReadonlyArray<Entry>, faults: ReadonlyArray<ActiveFault<FaultAt<"sqs">>>) => {
  const refused = new Map<string, Refusal>()
  for (const one of faults) {
    const { imdbId, what } = one.fault
    if (what.kind !== "refuseEntries") continue
    const about = entries.filter(({ Id, MessageBody }) => !refused.has(Id) && MessageBody.includes(imdbId ?? ""))
    if (about.length === 0 || !one.tryInject()) continue
    const most = what.entries ?? (imdbId === undefined ? 1 : about.length)
    for (const { Id } of about.slice(0, most)) refused.set(Id, what)
  }
  return refused
}

/** What becomes of messages that are sent together, in the order of the faults; undefined: what would without them. */
export const sendPlan = (
  entries: ReadonlyArray<Entry>,
  refusals: ReadonlyArray<ActiveFault<FaultAt<"sqs">>>,
  deliveries: ReadonlyArray<ActiveFault<FaultAt<"delivery">>>
): SendPlan | undefined => {
  const refused = refusedOf(entries, refusals)
  let isChanged = refused.size > 0
  let toSend = entries.filter(({ Id }) => !refused.has(Id))
  for (const one of deliveries) {
    const { fault } = one
    const happens = (fits: boolean): boolean => {
      const now = fits && one.tryInject()
      isChanged ||= now
      return now
    }
    if (fault.what.kind === "reorder") {
      if (happens(toSend.length > 1)) toSend = toSend.toReversed()
    } else {
      toSend = toSend.flatMap((entry) => (happens(changes(fault, entry)) ? changed(entry, fault.what) : [entry]))
    }
  }
  return isChanged ? { toSend, refused } : undefined
}

const Queue = Schema.Struct({ QueueUrl: Schema.String })
const decodeBatch = Schema.decodeUnknownSync(
  Schema.fromJsonString(Schema.Struct({ ...Queue.fields, Entries: Schema.Array(Entry) }))
)
const { Id: _, ...message } = Entry.fields
const decodeOne = Schema.decodeUnknownSync(Schema.fromJsonString(Schema.Struct({ ...Queue.fields, ...message })))

/** SDKs compare the digest with that of what they sent, whatever is on the queue. */
const md5 = (text: string): string => createHash("md5").update(text).digest("hex")

const batchAnswer = (entries: ReadonlyArray<Entry>, { refused }: SendPlan, idOf: (entry: Entry) => string) =>
  sqsReply({
    Successful: entries
      .filter(({ Id }) => !refused.has(Id))
      .map((entry) => ({ Id: entry.Id, MessageId: idOf(entry), MD5OfMessageBody: md5(entry.MessageBody) })),
    Failed: [...refused].map(([Id, { code = "InternalError", senderFault = false }]) => ({
      Id,
      Code: code,
      SenderFault: senderFault,
      Message: "This is a fault of the scenario."
    }))
  })

/** The faults between a sender and its queue: what was to be sent is sent otherwise, in the sender's stead. */
export const sendFaults = ({ cloud, names }: FaultTarget, faults: ReadonlyArray<ActiveFault>, fits: FaultMatcher) => {
  const refusals = faults.filter(isFaultAt("sqs")).filter(({ fault }) => fault.what.kind === "refuseEntries")
  const deliveries = faults.filter(isFaultAt("delivery"))

  return async (call: AuthorizedCall): Promise<Interception | undefined> => {
    if (call.service !== "sqs" || !call.operation.startsWith("SendMessage")) return undefined
    const ours = deliveries.filter(({ fault }) => call.resources.some((arn) => names.logicalName(arn) === fault.queue))
    const fitting = refusals.filter(({ fault }) => fits(fault, call))
    if (ours.length + fitting.length === 0) return undefined

    const isBatch = call.operation === "SendMessageBatch"
    const body = call.body.toString()
    const batch = isBatch ? decodeBatch(body) : undefined
    const one = isBatch ? undefined : decodeOne(body)
    const QueueUrl = batch?.QueueUrl ?? one?.QueueUrl
    const entries = batch?.Entries ?? (one === undefined ? [] : [{ ...one, Id: "0" }])
    const plan = sendPlan(entries, fitting, ours)
    if (plan === undefined) return undefined

    const messageIds = new Map<string, string>()
    for (const { Id, ...message } of plan.toSend) {
      const { MessageId = "" } = await cloud.clients.sqs.send(new SendMessageCommand({ QueueUrl, ...message }))
      messageIds.set(Id, MessageId)
    }
    const idOf = ({ Id }: Entry) => messageIds.get(Id) ?? ""
    const [first] = entries
    return isBatch || first === undefined
      ? batchAnswer(entries, plan, idOf)
      : sqsReply({ MessageId: idOf(first), MD5OfMessageBody: md5(first.MessageBody) })
  }
}

const decode = Schema.decodeUnknownSync(
  Schema.fromJsonString(
    Schema.Struct({
      QueueUrl: Schema.String,
      Entries: Schema.Array(Schema.Struct({ Id: Schema.String, ReceiptHandle: Schema.String }))
    })
  )
)

/** Acknowledgements that are taken and do nothing, so that the message comes back when its lease ends. */
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
    const ours = lost.filter(({ fault }) => resources.some((arn) => names.logicalName(arn) === fault.queue))
    const { QueueUrl, Entries } = decode(body.toString())
    const kept = Entries.filter(({ ReceiptHandle }) =>
      ours.some((one) => bodies.get(ReceiptHandle)?.includes(one.fault.imdbId ?? "") === true && one.tryInject())
    )
    if (kept.length === 0) return undefined
    const deleted = Entries.filter((entry) => !kept.includes(entry))
    if (deleted.length > 0) {
      await cloud.clients.sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries: deleted }))
    }
    return sqsReply({ Successful: Entries.map(({ Id }) => ({ Id })), Failed: [] })
  }
}

export const sqsReply = (output: object): Interception => ({
  type: "reply",
  status: 200,
  headers: { "content-type": "application/x-amz-json-1.0" },
  body: JSON.stringify(output)
})
