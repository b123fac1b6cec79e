import * as Option from "effect/Option"
import type { Roster } from "../../domain/Run.ts"
import { type RosterOutcome, runProgress } from "../../domain/Run.ts"
import type { RunFacts } from "./RunFacts.ts"

type Member = Roster["movies"][number]

/**
 * How a movie of the roster stands. A waiting one is on the movies queue, where nobody can look without taking a message
 * away: it is what is left where that queue is not empty.
 */
export interface MovieStatus extends Member {
  readonly state: "enriched" | "gap" | "waiting" | "dead letter" | "missing"
  readonly cause?: string
  /** Absent where nothing tells: of an enriched movie, or of one that still waits. */
  readonly attempts?: number
  /** The key of its object, or the queue that its message is on. */
  readonly where: string
}

/** Where a movie is whose message is in the dead-letter queue. */
export const deadLetters = "dead in movies"

/** Every movie of the roster once, in order of rank. */
export const movieStatuses = (facts: RunFacts, roster: Roster): ReadonlyArray<MovieStatus> => {
  const { accounted, missing } = runProgress(roster, facts.stored)
  const letterOf = ({ imdbId }: Member) =>
    facts.deadLetters.find(
      (letter) => letter.queue === "movies" && letter.runDate === roster.runDate && letter.imdbId === imdbId
    )

  const ended = ({ movie, outcome, key }: RosterOutcome): MovieStatus => {
    if (outcome === "enriched") return { ...movie, state: "enriched", where: key }
    const gap = facts.gaps.find(({ imdbId }) => imdbId === movie.imdbId)
    return {
      ...movie,
      state: "gap",
      ...(gap && { cause: `${gap.reason}: ${gap.detail}`, attempts: gap.attempts }),
      where: letterOf(movie) === undefined ? key : deadLetters
    }
  }

  const { visible, hidden } = facts.queues.movies
  const open = (movie: Member): MovieStatus => {
    const letter = letterOf(movie)
    if (letter !== undefined) {
      const attempts = Option.getOrUndefined(facts.maxReceives)
      return {
        ...movie,
        state: "dead letter",
        cause: letter.cause,
        ...(attempts !== undefined && { attempts }),
        where: deadLetters
      }
    }
    if (visible + hidden > 0) return { ...movie, state: "waiting", where: "movies queue" }
    const unseen = facts.unseen > 0 ? `, unless among ${facts.unseen} dead letters that are hidden just now` : ""
    return { ...movie, state: "missing", where: `nowhere${unseen}` }
  }

  return [...accounted.map(ended), ...missing.map(open)].sort((one, other) => one.rank - other.rank)
}
