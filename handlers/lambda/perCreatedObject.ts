import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { RunDate } from "../../domain/RunDate.ts"
import { objectCreatedRecords, S3Notification } from "../../domain/S3Notification.ts"
import { RunStore } from "../../services/RunStore.ts"
import { perRecord } from "./perRecord.ts"

export class UnexpectedObject extends Schema.TaggedError<UnexpectedObject>()("UnexpectedObject", {
  bucket: Schema.String,
  key: Schema.String,
  expected: Schema.String
}) {
  override get message(): string {
    return `s3://${this.bucket}/${this.key} is not the ${this.expected} of a run`
  }
}

const forEachNotification = perRecord(S3Notification, {
  annotations: (body) => ({ keys: objectCreatedRecords(body).map(({ s3 }) => s3.object.key) })
})

/**
 * Processes a batch of S3 notifications of created objects. `document` is what they are expected to be, `runDateOf` the
 * run date in a key. A notification of any other object fails with UnexpectedObject.
 */
export const perCreatedObject =
  (document: string, runDateOf: (key: string) => Option.Option<RunDate>) =>
  <E, R>(event: unknown, process: (runDate: RunDate, sequencer: string) => Effect.Effect<unknown, E, R>) =>
    forEachNotification(event, (body) =>
      Effect.forEach(
        objectCreatedRecords(body),
        Effect.fnUntraced(function* ({ s3: { bucket, object } }) {
          const runDate = runDateOf(object.key)
          if (bucket.name !== (yield* RunStore).bucket || Option.isNone(runDate)) {
            return yield* new UnexpectedObject({ bucket: bucket.name, key: object.key, expected: document })
          }
          yield* process(runDate.value, object.sequencer)
        }),
        { discard: true }
      )
    )
