import type * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { deadlineOf } from "../../domain/deadline.ts"
import type { MovieMessage } from "../../domain/Messages.ts"
import type { Gap } from "../../domain/MovieOutcome.ts"
import { epochMillis, type Instant } from "../../domain/Values.ts"
import { whenValid } from "../../services/documents.ts"
import { Metrics } from "../../services/Metrics.ts"
import { RunStore } from "../../services/RunStore.ts"
import { type Failure, failureOf, logFailure } from "../lambda/failureOf.ts"
import { type Attempt, delayAfter, isLastReceive } from "./Attempt.ts"
import { announce } from "./announce.ts"

/** A final gap on the last receive; before, a provisional one if the next attempt is after the run's deadline. */
export const recordTransientFailure = Effect.fnUntraced(
  function* (attempt: Attempt, cause: Cause.Cause<unknown>) {
    if (isLastReceive(attempt)) return yield* recordGap(attempt, failureOf(cause))
    const nextAttempt = (yield* Clock.currentTimeMillis) + Duration.toMillis(delayAfter(cause, attempt))
    if (nextAttempt <= deadlineOf(attempt.message.rosterCreatedAt)) return
    yield* recordProvisionalGap(attempt, failureOf(cause), DateTime.formatIso(DateTime.makeUnsafe(nextAttempt)))
  },
  Effect.catchCause((cause) => logFailure("Error", "Gap not written", cause))
)

/** The movie is not tried again. */
export const recordGap = Effect.fnUntraced(function* (attempt: Attempt, failure: Failure) {
  yield* announce(attempt, "gap", yield* writeGap(attempt, failure))
  yield* Metrics.use(({ movieGap }) => movieGap(failure.reason))
  yield* Effect.annotateLogs(Effect.logWarning("Movie recorded as gap"), { ...failure })
})

/** Written once for a roster, and again only when its reason changes. Announced each time: the function may have ended before. */
const recordProvisionalGap = Effect.fnUntraced(function* (attempt: Attempt, failure: Failure, nextAttemptAt: Instant) {
  const { message } = attempt
  const { readGap } = yield* RunStore
  const stored = yield* whenValid(readGap(message.runDate, message.movie.imdbId)).pipe(
    // One that cannot be read is written again.
    Effect.orElseSucceed(() => Option.none())
  )
  if (Option.isSome(stored) && isSameFailure(stored.value, failure, message)) {
    return yield* announce(attempt, "gap", stored.value.at)
  }
  yield* announce(attempt, "gap", yield* writeGap(attempt, failure, { nextAttemptAt }))
  yield* Effect.annotateLogs(Effect.logWarning("Provisional gap recorded"), { ...failure, nextAttemptAt })
})

const isSameFailure = (gap: Gap, { reason }: Failure, { rosterCreatedAt }: MovieMessage): boolean =>
  gap.nextAttemptAt !== undefined && gap.reason === reason && epochMillis(gap.at) >= epochMillis(rosterCreatedAt)

/** Returns the instant of the gap. */
const writeGap = Effect.fnUntraced(function* (
  { message: { runDate, movie }, record }: Attempt,
  failure: Failure,
  provisional: Pick<Gap, "nextAttemptAt"> = {}
) {
  const { imdbId, rank, title } = movie
  const at = DateTime.formatIso(yield* DateTime.now)
  const attempts = record.attributes.ApproximateReceiveCount
  const gap = { runDate, imdbId, rank, title, ...failure, attempts, at, ...provisional }
  yield* RunStore.use(({ writeGap }) => writeGap(gap))
  return at
})
