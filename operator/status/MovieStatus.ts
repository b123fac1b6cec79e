import * as Option from "effect/Option"
import { type Roster, type RosterOutcome, runProgress } from "../../domain/Run.ts"
import type { RunFacts } from "./RunFacts.ts"

type RosterMovie = Roster["movies"][number]

/**
 * The status of a movie of the roster. `waiting` is inferred: the movies queue is not empty, and its messages cannot be
 * read without using up an attempt.
 */
export interface MovieStatus extends RosterMovie {
  readonly state: "enriched" | "gap" | "waiting" | "dead letter" | "missing"
  readonly cause?: string
  /** Absent for an enriched, a waiting and a missing movie. */
  readonly attempts?: number
  /** The key of its object, or the queue that holds its message. */
  readonly where: string
  /** The id of its message in the dead-letter queue. */
  readonly messageId?: string
}

/** Each movie of the roster once, in order of rank. */
export const movieStatuses = (facts: RunFacts, roster: Roster): ReadonlyArray<MovieStatus> => {
  const { outcomes, pending } = runProgress(roster, facts.stored)
  const deadLetterOf = ({ imdbId }: RosterMovie) =>
    facts.deadLetters.find(
      (each) => each.queue === "movies" && each.runDate === roster.runDate && each.imdbId === imdbId
    )

  const withOutcome = ({ movie, outcome, key }: RosterOutcome): MovieStatus => {
    if (outcome === "enriched") return { ...movie, state: "enriched", where: key }
    const gap = facts.gaps.find(({ imdbId }) => imdbId === movie.imdbId)
    const deadLetter = deadLetterOf(movie)
    return {
      ...movie,
      state: "gap",
      ...(gap && { cause: `${gap.reason}: ${gap.detail}`, attempts: gap.attempts }),
      ...(deadLetter === undefined ? { where: key } : { where: "movies DLQ", messageId: deadLetter.messageId })
    }
  }

  const { visible, hidden } = facts.queues.movies
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
