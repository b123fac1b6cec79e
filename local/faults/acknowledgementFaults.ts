import { DeleteMessageBatchCommand } from "@aws-sdk/client-sqs"
import * as Schema from "effect/Schema"
import type { AuthorizedCall, Interception } from "../cloud/executeCall.ts"
import { type InForce, isAt } from "./InForce.ts"
import type { Site } from "./Site.ts"
import { sqsAnswer } from "./sqsAnswer.ts"

const decode = Schema.decodeUnknownSync(
  Schema.fromJsonString(
    Schema.Struct({
      QueueUrl: Schema.String,
      Entries: Schema.Array(Schema.Struct({ Id: Schema.String, ReceiptHandle: Schema.String }))
    })
  )
)

/** Acknowledgements that are taken and do nothing, so that the message comes back when its lease ends. */
export const makeAcknowledgementFaults = ({ cloud, lambda, names }: Site, faults: ReadonlyArray<InForce>) => {
  const lost = faults.filter(isAt("delivery")).filter(({ fault }) => fault.what.kind === "acknowledgementLost")
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
      ours.some((one) => bodies.get(ReceiptHandle)?.includes(one.fault.imdbId ?? "") === true && one.happensNow())
    )
    if (kept.length === 0) return undefined
    const deleted = Entries.filter((entry) => !kept.includes(entry))
    if (deleted.length > 0) {
      await cloud.clients.sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries: deleted }))
    }
    return sqsAnswer({ Successful: Entries.map(({ Id }) => ({ Id })), Failed: [] })
  }
}
