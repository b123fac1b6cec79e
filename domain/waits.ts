import * as Duration from "effect/Duration"

/** `quota`: OMDb's limit is counted by the day, so trying sooner than in hours only uses attempts up. */
export type Waiting = "passing" | "quota"

// After the first receive, the second, and so on: eight receives wait seven times and so cover more than a day.
const waits = [
  Duration.minutes(1),
  Duration.minutes(5),
  Duration.minutes(15),
  Duration.hours(1),
  Duration.hours(4),
  Duration.hours(12)
]
/** SQS hides no message longer than 43,200 seconds. */
const longest = Duration.hours(12)
const shortestForQuota = Duration.hours(4)

/** How long a message that failed on its `receiveCount`th receive (the first is 1) stays hidden before the next. */
export const waitAfter = (receiveCount: number, reason: Waiting): Duration.Duration => {
  const wait = waits[Math.max(receiveCount, 1) - 1] ?? longest
  return reason === "quota" ? Duration.max(wait, shortestForQuota) : wait
}
