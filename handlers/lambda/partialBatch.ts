import type { SQSBatchResponse } from "aws-lambda"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { remainingTime } from "../../services/InvocationDeadline.ts"
import { logFailure } from "./failureOf.ts"
import type { SqsRecord } from "./LambdaInput.ts"

/** Runs the work of one record, logs its failure, and returns whether it succeeded. */
type RunRecord = <E, R>(record: SqsRecord, work: Effect.Effect<unknown, E, R>) => Effect.Effect<boolean, never, R>

/**
 * The partial batch response of a batch. `processBatch` runs each record through `runRecord`, in any order. A record
 * counts as failed unless it succeeded in time, so no defect, timeout or omission can acknowledge a record.
 */
export const partialBatch = Effect.fnUntraced(function* <R>(
  records: ReadonlyArray<SqsRecord>,
  processBatch: (runRecord: RunRecord) => Effect.Effect<unknown, never, R>
): Effect.fn.Return<SQSBatchResponse, never, R> {
  const results = new Map<SqsRecord, boolean>()
  const runRecord: RunRecord = (record, work) => {
    const identity = { messageId: record.messageId, receiveCount: record.attributes.ApproximateReceiveCount }
    return work.pipe(
      Effect.as(true),
      Effect.catchCause((cause) =>
        logFailure("Warn", "Record failed", cause).pipe(Effect.annotateLogs(identity), Effect.as(false))
      ),
      Effect.tap((succeeded) => Effect.sync(() => results.set(record, succeeded))),
      // On the first receive, run and movie identify a line: the identity would be a tenth of the log.
      Effect.annotateLogs(identity.receiveCount > 1 ? identity : {})
    )
  }

  // Detached, and not awaited after the interruption: uninterruptible work must not delay the response.
  const running = yield* Effect.forkDetach(
    Effect.tapCause(processBatch(runRecord), (cause) => logFailure("Error", "Batch interrupted", cause))
  )
  yield* Effect.timeoutOption(Fiber.await(running), yield* remainingTime)
  running.interruptUnsafe()

  const unfinished = records.filter((record) => !results.has(record)).map(({ messageId }) => messageId)
  if (unfinished.length > 0) {
    yield* Effect.annotateLogs(Effect.logError("Records not finished"), { unfinished })
  }
  const failed = records.filter((record) => results.get(record) !== true)
  return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) }
})
