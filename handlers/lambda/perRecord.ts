import type { SQSBatchResponse } from "aws-lambda"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import * as Schema from "effect/Schema"
import { decodeInput, decodeSqsEvent, type InvalidInput, type SqsRecord } from "./LambdaInput.ts"
import { partialBatch } from "./partialBatch.ts"

interface Options<A> {
  /** Added to every log line of the message. */
  readonly annotations: (message: A) => Record<string, unknown>
  /** Messages that are processed before all others of a retried batch. Default: none. */
  readonly isUrgent?: (message: A) => boolean
}

/**
 * Processes the batch of a standard queue. A record with an invalid body, or whose work fails, is reported failed and
 * comes back; the others are acknowledged. Records on their first receive are processed all at once. A batch with a
 * retried record is processed one record at a time, in random order: a message that ends the function at every receive
 * does not take the same neighbors along each time.
 */
export const perRecord = <A>(
  schema: Schema.ConstraintCodec<A, unknown>,
  { annotations, isUrgent = () => false }: Options<A>
) => {
  const decodeBody = decodeInput("message", Schema.fromJsonString(schema))
  return Effect.fnUntraced(function* <E, R>(
    event: unknown,
    process: (message: A, record: SqsRecord) => Effect.Effect<unknown, E, R>
  ): Effect.fn.Return<SQSBatchResponse, InvalidInput, R> {
    const { Records } = yield* decodeSqsEvent(event)
    return yield* partialBatch(
      Records,
      Effect.fnUntraced(function* (runRecord) {
        const messages: Array<{ readonly message: A; readonly record: SqsRecord }> = []
        for (const record of Records) {
          yield* Effect.matchEffect(decodeBody(record.body), {
            onFailure: (invalid) => runRecord(record, Effect.fail(invalid)),
            onSuccess: (message) => Effect.sync(() => messages.push({ message, record }))
          })
        }
        const isFirstReceive = Records.every(({ attributes }) => attributes.ApproximateReceiveCount === 1)
        const shuffled = yield* Random.shuffle(messages)
        const urgentFirst = [
          ...shuffled.filter(({ message }) => isUrgent(message)),
          ...shuffled.filter(({ message }) => !isUrgent(message))
        ]
        yield* Effect.forEach(
          isFirstReceive ? messages : urgentFirst,
          ({ message, record }) =>
            runRecord(
              record,
              Effect.suspend(() => process(message, record))
            ).pipe(Effect.annotateLogs(annotations(message))),
          { concurrency: isFirstReceive ? "unbounded" : 1, discard: true }
        )
      })
    )
  })
}
