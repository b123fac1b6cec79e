import * as Duration from "effect/Duration"

/** `quota`: OMDb's limit is counted by the day, so trying sooner than in hours only uses attempts up. */
export type RetryCause = "passing" | "quota"

/**
 * SQS hides no message for more than 12 hours in all, counted from its receive: of a wait that is set later, when the
 * function has failed, 12 hours would be refused and the queue's own timeout of minutes would stand.
 */
const longestDelay = Duration.minutes(12 * 60 - 15)
const shortestQuotaDelay = Duration.hours(4)

// After the first receive, the second, and so on: eight receives wait seven times and so cover more than a day.
const transientDelays = [
  Duration.minutes(1),
  Duration.minutes(5),
  Duration.minutes(15),
  Duration.hours(1),
  Duration.hours(4)
]

/** How long a message that failed on its `receiveCount`th receive (the first is 1) stays hidden before the next. */
export const retryDelay = (receiveCount: number, reason: RetryCause): Duration.Duration => {
  const wait = transientDelays[Math.max(receiveCount, 1) - 1] ?? longestDelay
  return reason === "quota" ? Duration.max(wait, shortestQuotaDelay) : wait
}
