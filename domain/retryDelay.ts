import * as Duration from "effect/Duration"

/** `quota`: OMDb counts its limit by the day, so a retry within hours would only use up a receive. */
export type RetryCause = "transient" | "quota"

/**
 * SQS hides a message for at most 12 hours, counted from its receive. The delay is set later, when the function has
 * failed: SQS would refuse 12 hours then, and the queue's visibility timeout of minutes would stay. See decision 0004.
 */
const longestDelay = Duration.minutes(12 * 60 - 15)
const shortestQuotaDelay = Duration.hours(4)

// After the first receive, the second, and so on. Eight receives have seven delays, more than a day together.
const delays = [Duration.minutes(1), Duration.minutes(5), Duration.minutes(15), Duration.hours(1), Duration.hours(4)]

/** How long a message stays hidden after its `receiveCount`th receive (the first is 1) failed. */
export const retryDelay = (receiveCount: number, cause: RetryCause): Duration.Duration => {
  const delay = delays[Math.max(receiveCount, 1) - 1] ?? longestDelay
  return cause === "quota" ? Duration.max(delay, shortestQuotaDelay) : delay
}
