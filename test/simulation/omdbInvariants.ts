import * as Effect from "effect/Effect"
import * as Equal from "effect/Equal"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { type MovieMessage, MoviesQueueMessage } from "../../domain/Messages.ts"
import type { Gap } from "../../domain/MovieOutcome.ts"
import type { OmdbDetails } from "../../domain/OmdbDetails.ts"
import { epochMillis } from "../../domain/Values.ts"
import { invalidKey, quota, unknownMovie } from "../../local/omdb/responses.ts"
import { decodeOmdbDetails } from "../../services/omdb/replySchema.ts"
import type { ReceivedMessage } from "../model/ModelQueue.ts"
import { enrichedVersions, gapVersions, type Invariant, unless } from "./historyInvariants.ts"
import type { SimulatedSystem } from "./SimulatedSystem.ts"

/** In milliseconds: how long an invocation lives, and so how old the reply may be that it stores. */
const maxInvocation = 70_000

/** In milliseconds: the key is read up to ten seconds before a call, and the last of three calls ends 40 seconds later. */
const maxKeyUse = 50_000

/** OMDb gave the gap's reason to a call shortly before, and rejected a key only if the secret held that key then. */
const isReplyOfOmdb = ({ omdb, secretValues }: SimulatedSystem, at: number, { imdbId, reason }: Gap): boolean => {
  const calls = omdb.calls.filter((call) => call.received && call.at <= at && call.at >= at - maxInvocation)
  const wasInSecret = (key: string, when: number) =>
    secretValues.some((value, index) => {
      const until = secretValues[index + 1]?.at ?? Number.POSITIVE_INFINITY
      return value.key === key && value.at <= when && until >= when - maxKeyUse
    })
  switch (reason) {
    case "KeyRejected":
      return calls.some((call) => call.result === invalidKey && wasInSecret(call.key, call.at))
    case "QuotaExhausted":
      return calls.some(({ result }) => result === quota)
    case "MovieNotFound":
      return calls.some((call) => call.imdbId === imdbId && call.result === unknownMovie)
    case "DifferentMovieReturned":
      return calls.some((call) => call.imdbId === imdbId && isAboutOtherMovie(imdbId, call.result))
    default:
      return true
  }
}

const isAboutOtherMovie = (imdbId: string, result: unknown): boolean => {
  const text = JSON.stringify(result)
  return text.includes("imdbID") && !text.includes(imdbId)
}

/** Details that were found to match a reply: a run checks the same objects after each phase. */
const matched = new WeakSet<OmdbDetails>()

export const objectsMatchOmdb: Invariant = (system) => [
  ...enrichedVersions(system).flatMap(({ value: { imdbId, omdb } }) => {
    if (matched.has(omdb)) return []
    const replies = [...(system.omdb.movieReplies.get(imdbId) ?? [])]
    const { imdbVotes } = omdb.raw
    // Every reply has its own number of votes, so at most one needs to be decoded.
    const reply = replies.find((body) => body.includes(`"imdbVotes":"${imdbVotes}"`))
    const matches = reply !== undefined && Equal.equals(Effect.runSync(decodeOmdbDetails(JSON.parse(reply))), omdb)
    if (matches) matched.add(omdb)
    return unless(matches, `the object of ${imdbId} matches no reply of OMDb`)
  }),
  ...gapVersions(system).flatMap(({ at, value }) =>
    unless(isReplyOfOmdb(system, at, value), `OMDb did not give the gap of ${value.imdbId} its reason ${value.reason}`)
  )
]

const decodeMessage = Schema.decodeUnknownOption(Schema.fromJsonString(MoviesQueueMessage))
const decoded = new WeakMap<ReceivedMessage, MovieMessage | undefined>()

const movieMessage = (received: ReceivedMessage): MovieMessage | undefined => {
  if (decoded.has(received)) return decoded.get(received)
  const message = Option.getOrUndefined(decodeMessage(received.body))
  const ofMovie = message?.type === "movie" ? message : undefined
  decoded.set(received, ofMovie)
  return ofMovie
}

/** The batches of movie messages, by the invocation that processed them. */
const movieBatches = ({ mappings }: SimulatedSystem) =>
  new Map(
    mappings
      .filter(({ stage }) => stage === "EnrichAndStoreMovie")
      .flatMap(({ batches }) => [...batches])
      .map(([invocation, { receivedAt, messages }]) => [
        invocation,
        {
          receivedAt,
          size: messages.length,
          isRetry: messages.some(({ receiveCount }) => receiveCount > 1),
          movies: messages.flatMap((received) => {
            const message = movieMessage(received)
            return message === undefined ? [] : [{ messageId: received.messageId, message }]
          })
        }
      ])
  )

/** With one key: for a message in one receive, and in all eight. */
const maxCalls = { ofReceive: 3, ofMessage: 12 }

/** Calls with the same text for the given fields. */
const countCalls = (calls: SimulatedSystem["omdb"]["calls"], fields: ReadonlyArray<"invocation" | "imdbId" | "key">) =>
  [...Map.groupBy(calls, (call) => fields.map((field) => call[field]).join(" ")).values()].flatMap(
    ([first, ...rest]) => (first === undefined ? [] : [{ ...first, count: 1 + rest.length }])
  )

export const callsToOmdbAreLimited: Invariant = (system) => {
  const { calls } = system.omdb
  const batches = movieBatches(system)
  const received = [...batches.values()].flatMap(({ movies }) => movies)
  const messagesOf = (movies: typeof received, imdbId: string) =>
    new Set(movies.filter(({ message }) => message.movie.imdbId === imdbId).map(({ messageId }) => messageId)).size
  const refusals = calls.filter(({ result, received }) => received && (result === quota || result === invalidKey))
  return [
    ...countCalls(calls, ["invocation", "imdbId", "key"])
      .filter(({ invocation, imdbId, count }) => {
        return count > maxCalls.ofReceive * messagesOf(batches.get(invocation)?.movies ?? [], imdbId)
      })
      .map(({ invocation, imdbId, count }) => `${invocation} called OMDb ${count} times for ${imdbId}`),
    ...countCalls(calls, ["imdbId", "key"])
      .filter(({ imdbId, count }) => count > maxCalls.ofMessage * messagesOf(received, imdbId))
      .map(({ imdbId, count }) => `OMDb was called ${count} times for ${imdbId}`),
    // Each movie that is processed at the same time gets a refusal for each of two keys.
    ...countCalls(refusals, ["invocation"])
      .filter(({ invocation, count }) => {
        const { isRetry = false, size = 0 } = batches.get(invocation) ?? {}
        return count > 2 * (isRetry ? 1 : size)
      })
      .map(({ invocation, count }) => `${invocation} called OMDb again after ${count} refusals`)
  ]
}

/** An invocation calls OMDb only for a movie that its run had not enriched before, or not since a roster with refresh. */
export const enrichedMoviesAreKept: Invariant = (system) => {
  const batches = movieBatches(system)
  const versions = Map.groupBy(enrichedVersions(system), ({ value }) => `${value.runDate} ${value.imdbId}`)
  return system.omdb.calls.flatMap(({ invocation, imdbId }) => {
    const { receivedAt = 0, movies = [] } = batches.get(invocation) ?? {}
    const isNeeded = movies.some(({ message: { movie, runDate, refresh, rosterCreatedAt } }) => {
      if (movie.imdbId !== imdbId) return false
      const stored = versions.get(`${runDate} ${imdbId}`)?.findLast(({ at }) => at <= receivedAt)?.value
      if (stored === undefined) return true
      return refresh === true && epochMillis(stored.enrichedAt) < epochMillis(rosterCreatedAt)
    })
    return unless(isNeeded, `${invocation} called OMDb for ${imdbId}, which the run had enriched`)
  })
}
