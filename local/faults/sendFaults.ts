import { createHash } from "node:crypto"
import { SendMessageCommand } from "@aws-sdk/client-sqs"
import * as Schema from "effect/Schema"
import type { AuthorizedCall, Interception } from "../cloud/executeCall.ts"
import type { Fits } from "./fitting.ts"
import { type InForce, isAt } from "./InForce.ts"
import type { Site } from "./Site.ts"
import { Entry, type SendPlan, sendPlan } from "./sendPlan.ts"
import { sqsAnswer } from "./sqsAnswer.ts"

const Queue = Schema.Struct({ QueueUrl: Schema.String })
const decodeBatch = Schema.decodeUnknownSync(
  Schema.fromJsonString(Schema.Struct({ ...Queue.fields, Entries: Schema.Array(Entry) }))
)
const { Id: _, ...message } = Entry.fields
const decodeOne = Schema.decodeUnknownSync(Schema.fromJsonString(Schema.Struct({ ...Queue.fields, ...message })))

/** SDKs compare the digest with that of what they sent, whatever is on the queue. */
const md5 = (text: string): string => createHash("md5").update(text).digest("hex")

const batchAnswer = (entries: ReadonlyArray<Entry>, { refused }: SendPlan, idOf: (entry: Entry) => string) =>
  sqsAnswer({
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
export const makeSendFaults = ({ cloud, names }: Site, faults: ReadonlyArray<InForce>, fits: Fits) => {
  const refusals = faults.filter(isAt("sqs")).filter(({ fault }) => fault.what.kind === "refuseEntries")
  const deliveries = faults.filter(isAt("delivery"))

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
      : sqsAnswer({ MessageId: idOf(first), MD5OfMessageBody: md5(first.MessageBody) })
  }
}
