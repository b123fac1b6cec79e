import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

/** The event or message does not match its schema. A retry gives the same result. */
export class InvalidInput extends Schema.TaggedError<InvalidInput>()("InvalidInput", {
  input: Schema.String,
  detail: Schema.String
}) {
  override get message(): string {
    return `The ${this.input} is invalid: ${this.detail}`
  }
}

/** A decoder for the event or message named `input` in its error. */
export const decodeInput = <A>(input: string, schema: Schema.ConstraintDecoder<A>) => {
  const decode = Schema.decodeUnknownEffect(schema)
  return (value: unknown): Effect.Effect<A, InvalidInput> =>
    Effect.mapError(decode(value), (error) => new InvalidInput({ input, detail: error.message }))
}

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

const FifoRecord = Schema.Struct({
  ...SqsRecord.fields,
  attributes: Schema.Struct({ ...SqsRecord.fields.attributes.fields, MessageGroupId: Schema.String })
})

/** The event of an SQS event source mapping: one batch of one queue. */
export const decodeSqsEvent = decodeInput("SQS event", Schema.Struct({ Records: Schema.Array(SqsRecord) }))

/** The event of a FIFO queue: its records have a message group. */
export const decodeFifoEvent = decodeInput("SQS event", Schema.Struct({ Records: Schema.Array(FifoRecord) }))
