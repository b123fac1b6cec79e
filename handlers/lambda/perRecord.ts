import type { SQSBatchResponse } from "aws-lambda"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { decodeInput, decodeSqsEvent, type InvalidInput, type SqsRecord } from "./LambdaInput.ts"
import { partialBatch } from "./partialBatch.ts"

const concurrency = 4

/**
 * Processes the batch of a standard queue, four records at a time. A record with an invalid body, or whose work fails, is
 * reported failed and comes back; the others are acknowledged. `annotations` are added to every log line of a message.
 */
export const perRecord = <A>(
  schema: Schema.ConstraintCodec<A, unknown>,
  annotations: (message: A) => Record<string, unknown>
) => {
  const decodeBody = decodeInput("message", Schema.fromJsonString(schema))
  return Effect.fnUntraced(function* <E, R>(
    event: unknown,
    process: (message: A, record: SqsRecord) => Effect.Effect<unknown, E, R>
  ): Effect.fn.Return<SQSBatchResponse, InvalidInput, R> {
    const { Records } = yield* decodeSqsEvent(event)
    return yield* partialBatch(Records, (runRecord) =>
      Effect.forEach(
        Records,
        (record) =>
          Effect.matchEffect(decodeBody(record.body), {
            onFailure: (invalid) => runRecord(record, Effect.fail(invalid)),
            onSuccess: (message) =>
              runRecord(
                record,
                Effect.suspend(() => process(message, record))
              ).pipe(Effect.annotateLogs(annotations(message)))
          }),
        { concurrency, discard: true }
      )
    )
  })
}
