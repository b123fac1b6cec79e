import type { SQSBatchResponse } from "aws-lambda"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { decodeInput, type InvalidInput } from "./decodeInput.ts"
import { partialBatch } from "./partialBatch.ts"
import { decodeSqsEvent, type SqsRecord } from "./SqsEvent.ts"

interface Options<A> {
  /** What every log line about the message tells of it. */
  readonly annotations: (message: A) => Record<string, unknown>
}

const atOnce = 4

/**
 * Runs the program for each record of a standard queue's batch, four at a time: a record whose body is no such message,
 * or whose program fails, is reported failed and comes back; the others are acknowledged.
 */
export const perRecord = <A, E, R>(
  schema: Schema.ConstraintCodec<A, unknown>,
  program: (message: A, record: SqsRecord) => Effect.Effect<unknown, E, R>,
  { annotations }: Options<A>
) => {
  const decodeBody = decodeInput("message", Schema.fromJsonString(schema))
  return Effect.fnUntraced(function* (event: unknown): Effect.fn.Return<SQSBatchResponse, InvalidInput, R> {
    const { Records } = yield* decodeSqsEvent(event)
    return yield* partialBatch(Records, (settle) =>
      Effect.forEach(
        Records,
        (record) =>
          Effect.matchEffect(decodeBody(record.body), {
            onFailure: (undecodable) => settle(record, Effect.fail(undecodable)),
            onSuccess: (message) =>
              settle(
                record,
                Effect.suspend(() => program(message, record))
              ).pipe(Effect.annotateLogs(annotations(message)))
          }),
        { concurrency: atOnce, discard: true }
      )
    )
  })
}
