import type { SQSBatchResponse } from "aws-lambda"
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { decodeInput, type InvalidInput } from "./decodeInput.ts"
import { partialBatch } from "./partialBatch.ts"

/** To acknowledge a message of a group while one ahead of it comes back would change their order. */
export class EarlierMessageFailed extends Schema.TaggedError<EarlierMessageFailed>()("EarlierMessageFailed", {
  group: Schema.String
}) {
  override get message(): string {
    return `A message ahead of it in the group ${this.group} failed`
  }
}

interface Options {
  /** What every log line about a message of the group tells of it. */
  readonly annotations: (group: string) => Record<string, unknown>
}

/**
 * Runs the program once for each group of a FIFO queue's batch, with the group's messages in their order, and one group
 * after the other. From a failure on, all of a group's records are reported failed and come back. A record whose body is
 * no such message fails alone: it will be none later either, and whoever waited for it would end as a dead letter too.
 */
export const perGroup = <A, E, R>(
  schema: Schema.ConstraintCodec<A, unknown>,
  program: (messages: ReadonlyArray<A>) => Effect.Effect<unknown, E, R>,
  { annotations }: Options
) => {
  const decodeBody = decodeInput("message", Schema.fromJsonString(schema))
  return Effect.fnUntraced(function* (event: unknown): Effect.fn.Return<SQSBatchResponse, InvalidInput, R> {
    const { Records } = yield* decodeFifoEvent(event)

    return yield* partialBatch(Records, (settle) =>
      Effect.forEach(
        Map.groupBy(Records, ({ attributes }) => attributes.MessageGroupId),
        Effect.fnUntraced(
          function* ([group, records]) {
            const decoded = yield* Effect.forEach(records, ({ body }) => Effect.result(decodeBody(body)))
            const messages = Arr.getSuccesses(decoded)

            // The first readable record stands for the program's run, which is about all of the messages.
            let work: Effect.Effect<unknown, E | EarlierMessageFailed, R> = Effect.suspend(() => program(messages))
            for (const [record, message] of Arr.zip(records, decoded)) {
              if (Result.isFailure(message)) {
                yield* settle(record, Effect.fail(message.failure))
                continue
              }
              const succeeded = yield* settle(record, work)
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

const decodeFifoEvent = decodeInput(
  "SQS event",
  Schema.Struct({
    Records: Schema.Array(
      Schema.Struct({
        messageId: Schema.String,
        receiptHandle: Schema.String,
        body: Schema.String,
        attributes: Schema.Struct({
          ApproximateReceiveCount: Schema.NumberFromString.check(Schema.isInt(), Schema.isGreaterThanOrEqualTo(1)),
          MessageGroupId: Schema.String
        })
      })
    )
  })
)
