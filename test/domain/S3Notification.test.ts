import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { objectCreatedRecords, S3Notification } from "../../domain/S3Notification.ts"
import { comparableSequencer } from "../../domain/TableItem.ts"
import { objectCreatedEvent, testEvent } from "../../local/lambda/BucketNotifications.ts"

const created = {
  ...{ bucket: "movies", key: "csv/run_date=2026-11-21/a b.csv", sequencer: "0A1", size: 1, eTag: "e", at: 0 },
  ...{ principal: "AWS:x", eventName: "ObjectCreated:Put" as const }
}
const event = objectCreatedEvent(created, "eu-central-1", "csv-arrivals")
const decode = Schema.decodeUnknownEffect(S3Notification)

describe("S3Notification", () => {
  it.effect("decodes the URL-encoded key of an ObjectCreated event", () =>
    Effect.gen(function* () {
      assert.strictEqual(event.Records[0]?.s3.object.key, "csv/run_date%3D2026-11-21/a+b.csv")
      const [record] = objectCreatedRecords(yield* decode(event))
      assert.deepStrictEqual(record?.s3.object, { key: "csv/run_date=2026-11-21/a b.csv", sequencer: "0A1" })
    })
  )

  it.effect("decodes S3's test event to no records", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(objectCreatedRecords(yield* decode(testEvent("movies", new Date(0)))), [])
    })
  )

  const [record] = event.Records
  const withObject = (object: Record<string, unknown>) => ({
    Records: [{ ...record, s3: { ...record?.s3, object: { ...record?.s3.object, ...object } } }]
  })
  it.effect.each([
    ["no records", { Records: [] }],
    ["the removal of an object", { Records: [{ ...record, eventName: "ObjectRemoved:Delete" }] }],
    ["no sequencer", withObject({ sequencer: undefined })],
    ["a sequencer that ends with another character", withObject({ sequencer: "0A1Z" })],
    ["a sequencer that begins with another character", withObject({ sequencer: "Z0A1" })],
    ["an invalid URL encoding in the key", withObject({ key: "csv/run_date%3D2026-11-21%/movies.csv" })]
  ])("rejects an event with %s", ([, body]) => Effect.flip(decode(body)))
})

describe("comparableSequencer", () => {
  it.each([
    ["0A1", "0A1F"],
    ["0A1F", "0B"],
    ["0AB", "0AC"],
    ["0ab", "0AC"],
    ["0", "00000001"],
    ["0055AED6DCD90281E5", `0055AED6DCD90281E5${"0".repeat(500)}1`]
  ])("orders the sequencer %s before %s", (older, newer) => {
    assert.isTrue(comparableSequencer(older) < comparableSequencer(newer))
  })

  it.each([
    ["0a1", "0A1"],
    ["0A1", "0A1000"],
    ["0", "0000"]
  ])("treats %s and %s as equal", (one, other) => {
    assert.strictEqual(comparableSequencer(one), comparableSequencer(other))
  })
})
