import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { type Roster, RosterMovie, type RosterOutcome, runProgress } from "../../domain/Run.ts"
import { epochMillis, Instant } from "../../domain/Values.ts"
import type { RunFacts } from "./RunFacts.ts"

/**
 * The status of a movie of the roster. `waiting` and `provisional gap` are inferred: the movies queue is not empty, and
 * its messages cannot be read without using up an attempt.
 */
export const MovieStatus = Schema.Struct({
  ...RosterMovie.fields,
  state: Schema.Literals(["enriched", "gap", "provisional gap", "unreadable", "waiting", "dead letter", "missing"]),
  cause: Schema.optionalKey(Schema.String),
  /** Of gaps and dead letters, where it is known. */
  attempts: Schema.optionalKey(Schema.Int),
  /** Of a provisional gap, until that time. */
  nextAttemptAt: Schema.optionalKey(Instant),
  /** The key of its object, or the queue that holds its message. */
  where: Schema.String,
  /** The id of its message in the dead-letter queue. */
  messageId: Schema.optionalKey(Schema.String)
})
export type MovieStatus = typeof MovieStatus.Type

/** Each movie of the roster once, in order of rank. */
export const movieStatuses = (facts: RunFacts, roster: Roster): ReadonlyArray<MovieStatus> => {
  const { outcomes, pending } = runProgress(roster, facts.stored)
  const deadLetterOf = ({ imdbId }: RosterMovie) =>
    facts.deadLetters.find(
      (each) => each.queue === "movies" && each.runDate === roster.runDate && each.imdbId === imdbId
    )

  const { visible, hidden } = facts.queues.movies

  const withOutcome = ({ movie, outcome, key, etag }: RosterOutcome): MovieStatus => {
    const cause = unreadableCause(facts, movie, { key, etag })
    if (cause !== undefined) return { ...movie, state: "unreadable", cause, where: key }
    if (outcome === "enriched") return { ...movie, state: "enriched", where: key }
    const gap = facts.gaps.find(({ imdbId }) => imdbId === movie.imdbId)
    const next = gap?.nextAttemptAt
    // A provisional gap is written once: after its next attempt, its number of attempts and that time are out of date.
    const isCurrent = next === undefined || epochMillis(next) > facts.now
    const shared = gap && { cause: `${gap.reason}: ${gap.detail}`, ...(isCurrent && { attempts: gap.attempts }) }
    const deadLetter = deadLetterOf(movie)
    if (deadLetter !== undefined) {
      return { ...movie, state: "gap", ...shared, where: "movies DLQ", messageId: deadLetter.messageId }
    }
    if (next !== undefined && visible + hidden > 0) {
      const until = isCurrent ? { nextAttemptAt: next } : {}
      return { ...movie, state: "provisional gap", ...shared, ...until, where: "movies queue" }
    }
    return { ...movie, state: "gap", ...shared, where: key }
  }

  const withoutOutcome = (movie: RosterMovie): MovieStatus => {
    const deadLetter = deadLetterOf(movie)
    if (deadLetter !== undefined) {
      const { cause, messageId } = deadLetter
      const attempts = Option.match(facts.maxReceiveCount, { onNone: () => ({}), onSome: (attempts) => ({ attempts }) })
      return { ...movie, state: "dead letter", cause, ...attempts, where: "movies DLQ", messageId }
    }
    if (visible + hidden > 0) return { ...movie, state: "waiting", where: "movies queue" }
    const unseen = facts.unseen > 0 ? `, or one of ${facts.unseen} dead letters that cannot be read now` : ""
    return { ...movie, state: "missing", where: `nowhere${unseen}` }
  }

  return [...outcomes.map(withOutcome), ...pending.map(withoutOutcome)].sort((one, other) => one.rank - other.rank)
}

/** Why the manifest's export left out this version of a movie's object. */
const unreadableCause = (
  { manifest }: RunFacts,
  { imdbId }: RosterMovie,
  { key, etag }: Pick<RosterOutcome, "key" | "etag">
): string | undefined => {
  if (Option.isNone(manifest)) return undefined
  const { madeOf, unreadable } = manifest.value
  const found = unreadable.find((each) => each.imdbId === imdbId)
  const isThisVersion = madeOf.some((object) => object.key === key && object.etag === etag)
  return found !== undefined && isThisVersion ? `${found.reason}: ${found.detail}` : undefined
}
