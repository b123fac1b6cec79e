import type { SQSBatchResponse } from "aws-lambda"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { remainingTime } from "../../services/InvocationDeadline.ts"
import { logFailure } from "./failureOf.ts"
import type { SqsRecord } from "./SqsEvent.ts"

type Settle = <E, R>(record: SqsRecord, work: Effect.Effect<unknown, E, R>) => Effect.Effect<boolean, never, R>

/**
 * The partial batch response to a batch that `run` works off, record by record, in the order it likes, each through
 * `settle`, which tells whether the record succeeded. A record is reported failed unless it was settled well before the
 * time was up, so no defect, timeout or oversight can acknowledge one.
 */
export const partialBatch = Effect.fnUntraced(function* <R>(
  records: ReadonlyArray<SqsRecord>,
  run: (settle: Settle) => Effect.Effect<unknown, never, R>
): Effect.fn.Return<SQSBatchResponse, never, R> {
  const outcomes = new Map<SqsRecord, boolean>()
  const settle: Settle = (record, work) =>
    work.pipe(
      Effect.as(true),
      Effect.catchCause((cause) => Effect.as(logFailure("Warn", "Record failed", cause), false)),
      Effect.tap((succeeded) => Effect.sync(() => outcomes.set(record, succeeded))),
      Effect.annotateLogs({ messageId: record.messageId, receiveCount: record.attributes.ApproximateReceiveCount })
    )

  // Detached, and not waited for once interrupted: what cannot be interrupted must not keep the answer back.
  const running = yield* Effect.forkDetach(
    Effect.tapCause(run(settle), (cause) => logFailure("Error", "Batch cut off", cause))
  )
  yield* Effect.timeoutOption(Fiber.await(running), yield* remainingTime)
  running.interruptUnsafe()

  const unsettled = records.filter((record) => !outcomes.has(record)).map(({ messageId }) => messageId)
  if (unsettled.length > 0) {
    yield* Effect.annotateLogs(Effect.logError("Records not settled in time"), { unsettled })
  }
  const failed = records.filter((record) => outcomes.get(record) !== true)
  return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) }
})
