import * as Schema from "effect/Schema"
import { decodeInput } from "./decodeInput.ts"

const SqsRecord = Schema.Struct({
  messageId: Schema.String,
  receiptHandle: Schema.String,
  body: Schema.String,
  attributes: Schema.Struct({
    /** 1 on the first receive. */
    ApproximateReceiveCount: Schema.NumberFromString.check(Schema.isInt(), Schema.isGreaterThanOrEqualTo(1))
  })
})
export type SqsRecord = typeof SqsRecord.Type

/** What the event source mapping hands to a function: one batch of one queue. */
export const decodeSqsEvent = decodeInput("SQS event", Schema.Struct({ Records: Schema.Array(SqsRecord) }))
