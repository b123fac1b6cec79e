import * as Duration from "effect/Duration"
import { epochMillis, type Instant } from "./Values.ts"

/**
 * A run is published this long after its roster was created, whatever happens to single movies. It is the longest delay
 * of an SQS message.
 */
export const timeToDeadline = Duration.minutes(15)

/** After the deadline, movies are exported together: their export request is delayed by this time. */
export const lateExportDelay = Duration.minutes(5)

/** The deadline of a run, in milliseconds of the epoch. */
export const deadlineOf = (rosterCreatedAt: Instant): number =>
  epochMillis(rosterCreatedAt) + Duration.toMillis(timeToDeadline)
