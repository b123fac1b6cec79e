import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import * as Schedule from "effect/Schedule"
import { hasErrorName } from "./AwsClient.ts"
import { remainingTime } from "./InvocationDeadline.ts"

const shortestCall = Duration.seconds(1)

// At most 12 seconds, and never so late that the next call would not fit: longer outages are retried by the queue.
export const retryTransientErrors = Schedule.min([
  Schedule.exponential("50 millis"),
  Schedule.spaced("3 seconds")
]).pipe(
  Schedule.jittered,
  Schedule.upTo({ times: 9 }),
  Schedule.setInputType<unknown>(),
  Schedule.while(({ input, duration }) =>
    Effect.map(
      remainingTime,
      (left) => isTransient(input) && !Duration.isLessThan(left, Duration.sum(duration, shortestCall))
    )
  )
)

/** Throttling, a server error, or no response. */
const isTransient = (error: unknown): boolean => {
  const status = statusOf(error)
  return status === undefined || status >= 500 || hasErrorName(error, ...throttles)
}

// DynamoDB reports throttling with status 400.
const throttles = ["ProvisionedThroughputExceededException", "ThrottlingException", "RequestLimitExceeded"]

const statusOf = (error: unknown): number | undefined => {
  if (!Predicate.hasProperty(error, "$metadata") || !Predicate.hasProperty(error.$metadata, "httpStatusCode")) return
  return Predicate.isNumber(error.$metadata.httpStatusCode) ? error.$metadata.httpStatusCode : undefined
}
