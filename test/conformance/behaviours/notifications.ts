import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { type ObjectCreatedRecord, objectCreatedRecords, S3Notification } from "../../../domain/S3Notification.ts"
import { comparableSequencer } from "../../../domain/TableItem.ts"
import { S3 } from "../../../services/S3.ts"
import { ConformanceTarget } from "../ConformanceTarget.ts"
import type { Subject } from "../conformance.ts"
import { expectEqual, expectThat, pollUntil } from "../expectations.ts"

const aws = "https://docs.aws.amazon.com/AmazonS3/latest/userguide"
const content = `${aws}/notification-content-structure.html`

const put = Effect.fnUntraced(function* (key: string) {
  const { bucket } = yield* ConformanceTarget
  yield* S3.use(({ putText }) => putText({ bucket, key }, "run_date,rank\r\n", "text/csv; charset=utf-8"))
})

/** Receives and deletes the notifications that are visible now. */
const takeNotifications = Effect.fnUntraced(function* (queueUrl: string) {
  const { receive, deleteMessage } = yield* ConformanceTarget
  const records: Array<ObjectCreatedRecord> = []
  for (const { body, receiptHandle } of yield* receive(queueUrl, 10)) {
    records.push(...objectCreatedRecords(yield* decode(body)))
    yield* deleteMessage(queueUrl, receiptHandle)
  }
  return records
})

/** Takes notifications until this many of the key have arrived; returns those of other keys too. */
const takeUntil = Effect.fnUntraced(function* (queueUrl: string, key: string, count: number) {
  const records: Array<ObjectCreatedRecord> = []
  const takeMore = Effect.map(takeNotifications(queueUrl), (more) => {
    records.push(...more)
    return keysOf(records).filter((each) => each === key).length
  })
  yield* pollUntil(takeMore, (total) => total >= count)
  return records
})

const decode = Schema.decodeUnknownEffect(Schema.fromJsonString(S3Notification))

const keysOf = (records: ReadonlyArray<ObjectCreatedRecord>) => records.map(({ s3 }) => s3.object.key)

const sequencersOf = (records: ReadonlyArray<ObjectCreatedRecord>) =>
  records.map(({ s3 }) => comparableSequencer(s3.object.sequencer))

export const notifications: Subject = {
  name: "notifications",
  heading: "S3 notifications",
  isSequential: true,
  behaviours: [
    {
      title: "S3 notifies the queue of a put CSV, with its bucket and form-encoded key",
      source: content,
      check: Effect.gen(function* () {
        const { bucket, notificationQueue } = yield* ConformanceTarget
        for (const key of ["csv/run_date=2026-11-21/movies.csv", "csv/é + %2B&'(\u{1F3AC})/movies.csv"]) {
          yield* put(key)
          const records = yield* takeUntil(notificationQueue, key, 1)
          yield* expectEqual("The keys", keysOf(records), [key])
          yield* expectEqual("The bucket", records[0]?.s3.bucket.name, bucket)
        }
      })
    },
    {
      title: "S3 does not notify the queue of a key with another prefix or suffix",
      source: `${aws}/notification-how-to-filtering.html`,
      check: Effect.gen(function* () {
        const { notificationQueue, sleep } = yield* ConformanceTarget
        const last = "csv/run_date=2026-11-22/movies.csv"
        for (const key of ["csv/movies.json", "csvs/movies.csv", "enriched/movies.csv", last]) yield* put(key)
        yield* expectEqual("The keys", keysOf(yield* takeUntil(notificationQueue, last, 1)), [last])
        // Notifications arrive in any order.
        yield* sleep("2 seconds")
        yield* expectEqual("The keys of later notifications", keysOf(yield* takeNotifications(notificationQueue)), [])
      })
    },
    {
      title: "The later of two puts of a key has the greater sequencer",
      source: content,
      check: Effect.gen(function* () {
        const { notificationQueue } = yield* ConformanceTarget
        const key = "csv/run_date=2026-11-23/movies.csv"
        yield* put(key)
        yield* put(key)
        // The two notifications arrive in any order, so only a third put can be compared with them.
        const earlier = sequencersOf(yield* takeUntil(notificationQueue, key, 2))
        yield* expectEqual("The number of different sequencers", [earlier.length, new Set(earlier).size], [2, 2])
        yield* put(key)
        const [latest = ""] = sequencersOf(yield* takeUntil(notificationQueue, key, 1))
        const isGreatest = earlier.every((each) => each < latest)
        yield* expectThat("The sequencer of the third put", isGreatest, `one above ${earlier}`, latest)
      })
    }
  ]
}
