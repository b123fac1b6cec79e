import type { SQSBatchResponse } from "aws-lambda"
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { decodeFifoEvent, decodeInput, type InvalidInput } from "./LambdaInput.ts"
import { partialBatch } from "./partialBatch.ts"

/** Acknowledging a message while an earlier one of its group comes back would change their order. */
class EarlierMessageFailed extends Schema.TaggedError<EarlierMessageFailed>()("EarlierMessageFailed", {
  group: Schema.String
}) {
  override get message(): string {
    return `An earlier message of the message group ${this.group} failed`
  }
}

/**
 * Processes the batch of a FIFO queue, one message group after the other, with all valid messages of the group in order.
 * From a failure on, all records of the group are reported failed and come back. A record with an invalid body fails
 * alone: it stays invalid, and messages that waited for it would end in the dead-letter queue too. See decision 0005.
 */
export const perGroup = <A>(
  schema: Schema.ConstraintCodec<A, unknown>,
  annotations: (group: string) => Record<string, unknown>
) => {
  const decodeBody = decodeInput("message", Schema.fromJsonString(schema))
  return Effect.fnUntraced(function* <E, R>(
    event: unknown,
    process: (messages: ReadonlyArray<A>) => Effect.Effect<unknown, E, R>
  ): Effect.fn.Return<SQSBatchResponse, InvalidInput, R> {
    const { Records } = yield* decodeFifoEvent(event)

    return yield* partialBatch(Records, (runRecord) =>
      Effect.forEach(
        Map.groupBy(Records, ({ attributes }) => attributes.MessageGroupId),
        Effect.fnUntraced(
          function* ([group, records]) {
            const decoded = yield* Effect.forEach(records, ({ body }) => Effect.result(decodeBody(body)))
            const messages = Arr.getSuccesses(decoded)

            // The first valid record runs the work for all messages of the group.
            let work: Effect.Effect<unknown, E | EarlierMessageFailed, R> = Effect.suspend(() => process(messages))
            for (const [record, message] of Arr.zip(records, decoded)) {
              if (Result.isFailure(message)) {
                yield* runRecord(record, Effect.fail(message.failure))
                continue
              }
              const succeeded = yield* runRecord(record, work)
              work = succeeded ? Effect.void : new EarlierMessageFailed({ group })
            }
          },
          (self, [group]) => Effect.annotateLogs(self, annotations(group))
        ),
        { discard: true }
      )
    )
  })
}
