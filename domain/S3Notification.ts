import * as Schema from "effect/Schema"
import * as SchemaGetter from "effect/SchemaGetter"

/** A key as S3 writes it into an event: form-encoded, so a `=` is `%3D` and a space is `+`. */
const EventKey = Schema.String.pipe(
  Schema.decode({
    decode: SchemaGetter.transform((key: string) => key.replaceAll("+", "%20")),
    encode: SchemaGetter.passthrough()
  }),
  Schema.decodeTo(Schema.StringFromUriComponent)
)

const ObjectCreatedRecord = Schema.Struct({
  eventName: Schema.String.check(Schema.isPattern(/^ObjectCreated:/, { expected: "the creation of an object" })),
  s3: Schema.Struct({
    bucket: Schema.Struct({ name: Schema.String }),
    object: Schema.Struct({
      key: EventKey,
      sequencer: Schema.String.check(Schema.isPattern(/^[0-9A-F]{1,64}$/i, { expected: "a number in hexadecimal" }))
    })
  })
})
export type ObjectCreatedRecord = typeof ObjectCreatedRecord.Type

/** What S3 sends when a notification to the queue is set up, and never again. */
const SetUp = Schema.Struct({ Event: Schema.Literal("s3:TestEvent") })

/** On a queue that S3 notifies: the objects that arrived in a bucket. */
export const S3Notification = Schema.Union([
  SetUp,
  Schema.Struct({ Records: Schema.NonEmptyArray(ObjectCreatedRecord) })
])
export type S3Notification = typeof S3Notification.Type

export const objectCreatedRecords = (body: S3Notification): ReadonlyArray<ObjectCreatedRecord> =>
  "Records" in body ? body.Records : []
