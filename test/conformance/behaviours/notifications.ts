import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { type ObjectCreatedRecord, objectCreatedRecords, S3Notification } from "../../../domain/S3Notification.ts"
import { comparableSequencer } from "../../../domain/TableItem.ts"
import { S3 } from "../../../services/S3.ts"
import type { Subject } from "../Behaviour.ts"
import { ConformanceTarget } from "../ConformanceTarget.ts"
import { expectEqual, expectThat, pollUntil } from "../expectations.ts"

const aws = "https://docs.aws.amazon.com/AmazonS3/latest/userguide"
const content = `${aws}/notification-content-structure.html`

const put = Effect.fnUntraced(function* (key: string) {
  const { bucket } = yield* ConformanceTarget
  yield* S3.use(({ putText }) => putText({ bucket, key }, "run_date,rank\r\n", "text/csv; charset=utf-8"))
})

/** What the queue is told now. */
const arrivedNow = Effect.fnUntraced(function* (queueUrl: string) {
  const { receive, remove } = yield* ConformanceTarget
  const arrived: Array<ObjectCreatedRecord> = []
  for (const { body, receiptHandle } of yield* receive(queueUrl, 10)) {
    arrived.push(...objectCreatedRecords(yield* decode(body)))
    yield* remove(queueUrl, receiptHandle)
  }
  return arrived
})

/** The arrivals until so many of this key are among them. */
const arrivedUntil = Effect.fnUntraced(function* (queueUrl: string, key: string, count: number) {
  const arrived: Array<ObjectCreatedRecord> = []
  const look = Effect.map(arrivedNow(queueUrl), (more) => {
    arrived.push(...more)
    return arrived.filter(({ s3 }) => s3.object.key === key).length
  })
  yield* pollUntil(look, (seen) => seen >= count)
  return arrived
})

const decode = Schema.decodeUnknownEffect(Schema.fromJsonString(S3Notification))

const keysOf = (arrived: ReadonlyArray<ObjectCreatedRecord>) => arrived.map(({ s3 }) => s3.object.key)

const check = {
  told: Effect.gen(function* () {
    const { bucket, arrivals } = yield* ConformanceTarget
    const queueUrl = yield* arrivals
    for (const key of ["csv/run_date=2026-11-21/movies.csv", "csv/é + %2B&'(\u{1F3AC})/movies.csv"]) {
      yield* put(key)
      const arrived = yield* arrivedUntil(queueUrl, key, 1)
      yield* expectEqual("The keys told", keysOf(arrived), [key])
      yield* expectEqual("The bucket", arrived[0]?.s3.bucket.name, bucket)
    }
  }),

  others: Effect.gen(function* () {
    const { arrivals, pass } = yield* ConformanceTarget
    const queueUrl = yield* arrivals
    const last = "csv/run_date=2026-11-22/movies.csv"
    for (const key of ["csv/movies.json", "csvs/movies.csv", "enriched/movies.csv", last]) yield* put(key)
    yield* expectEqual("The keys told", keysOf(yield* arrivedUntil(queueUrl, last, 1)), [last])
    // S3 tells in any order.
    yield* pass("2 seconds")
    yield* expectEqual("The keys told later", keysOf(yield* arrivedNow(queueUrl)), [])
  }),

  sequencers: Effect.gen(function* () {
    const { arrivals } = yield* ConformanceTarget
    const queueUrl = yield* arrivals
    const key = "csv/run_date=2026-11-23/movies.csv"
    yield* put(key)
    yield* put(key)
    const sequencers = (yield* arrivedUntil(queueUrl, key, 2)).map(({ s3 }) => comparableSequencer(s3.object.sequencer))
    yield* expectEqual("How many arrivals are told", sequencers.length, 2)
    // S3 tells of them in any order; an older one that comes later must be known by its sequencer.
    yield* expectEqual("How many sequencers there are", new Set(sequencers).size, 2)
    yield* put(key)
    const third = (yield* arrivedUntil(queueUrl, key, 1)).map(({ s3 }) => comparableSequencer(s3.object.sequencer))
    const latest = third[0] ?? ""
    yield* expectThat(
      "A later put's",
      sequencers.every((each) => each < latest),
      `one above ${sequencers}`,
      third
    )
  })
}

export const arrivals: Subject = {
  name: "arrivals",
  heading: "S3's notifications",
  behaviours: [
    {
      title: "A CSV that is put is told to the queue, with its bucket and its form-encoded key",
      source: content,
      check: check.told
    },
    {
      title: "A key with another beginning or another end is not told",
      source: `${aws}/notification-how-to-filtering.html`,
      check: check.others
    },
    { title: "Of two puts of a key, the later one has the greater sequencer", source: content, check: check.sequencers }
  ]
}
