import * as Schema from "effect/Schema"
import * as SchemaGetter from "effect/SchemaGetter"

/** An object key in an S3 event: form-encoded, so `=` is `%3D` and a space is `+`. */
const EventKey = Schema.String.pipe(
  Schema.decode({
    decode: SchemaGetter.transform((key: string) => key.replaceAll("+", "%20")),
    encode: SchemaGetter.passthrough()
  }),
  Schema.decodeTo(Schema.StringFromUriComponent)
)

const ObjectCreatedRecord = Schema.Struct({
  eventName: Schema.String.check(Schema.isPattern(/^ObjectCreated:/, { expected: "an ObjectCreated event" })),
  s3: Schema.Struct({
    bucket: Schema.Struct({ name: Schema.String }),
    object: Schema.Struct({
      key: EventKey,
      sequencer: Schema.String.check(Schema.isPattern(/^[0-9A-F]{1,1000}$/i, { expected: "a hexadecimal number" }))
    })
  })
})
export type ObjectCreatedRecord = typeof ObjectCreatedRecord.Type

/** S3 sends it once, when the notification configuration is created. */
const TestEvent = Schema.Struct({ Event: Schema.Literal("s3:TestEvent") })

/** An S3 event notification on an SQS queue. */
export const S3Notification = Schema.Union([
  TestEvent,
  Schema.Struct({ Records: Schema.NonEmptyArray(ObjectCreatedRecord) })
])
export type S3Notification = typeof S3Notification.Type

export const objectCreatedRecords = (body: S3Notification): ReadonlyArray<ObjectCreatedRecord> =>
  "Records" in body ? body.Records : []
