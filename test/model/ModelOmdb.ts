import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { errorGettingData, invalidKey, json, type OmdbResponse } from "../../local/omdb/responses.ts"
import { HttpGet, NoResponse, urlOf } from "../../services/omdb/HttpGet.ts"
import { replyOf } from "../support/ScriptedOmdb.ts"
import { ServiceFaults } from "./ServiceFaults.ts"

/** What OMDb does with a call instead of returning the movie. */
export type OmdbFault = OmdbResponse | "hang" | "reset"

/** OMDb, with a record of every call and every reply. */
export class ModelOmdb {
  readonly keys = new Set<string>()
  /** The text of every movie that was returned, by id. */
  readonly movieReplies = new Map<string, Set<string>>()
  /** Every call that reached OMDb, with its result, and whether the caller received it. */
  readonly calls: Array<{
    readonly at: number
    readonly imdbId: string
    readonly key: string
    readonly invocation: string
    readonly result: OmdbFault
    received: boolean
  }> = []
  /** The fault for an id, if any. */
  faultFor: (imdbId: string) => OmdbFault | undefined = () => undefined
  private readonly faults: ServiceFaults
  private votes = 1000

  constructor(faults = new ServiceFaults()) {
    this.faults = faults
  }

  /** An HttpGet that calls OMDb on behalf of the invocation. */
  layer(invocation: Effect.Effect<string>): Layer.Layer<HttpGet> {
    return Layer.succeed(HttpGet)({
      get: (request) =>
        Effect.gen({ self: this }, function* () {
          const url = urlOf(request)
          const imdbId = url.searchParams.get("i") ?? ""
          const key = url.searchParams.get("apikey") ?? ""
          const caller = yield* invocation
          const call = yield* this.faults
            .call({ service: "omdb", operation: "GET", resource: imdbId }, (at) => {
              const call = { at, imdbId, key, invocation: caller, result: this.resultOf(imdbId, key), received: false }
              this.calls.push(call)
              return call
            })
            .pipe(Effect.catchTag("CallFailed", () => connectionReset(url)))
          call.received = true
          const { result } = call
          if (result === "hang") return yield* Effect.never
          if (result === "reset") return yield* connectionReset(url)
          return replyOf(result.status, result.body, request.maxBytes)
        })
    })
  }

  private resultOf(imdbId: string, key: string): OmdbFault {
    if (!this.keys.has(key)) return invalidKey
    const fault = this.faultFor(imdbId)
    // A server may quote its request in an error.
    if (fault === errorGettingData) return json(200, `{"Response":"False","Error":"Error getting data. apikey=${key}"}`)
    if (fault !== undefined) return fault
    // Each reply has another number of votes, so that a stored object shows which reply it was made of.
    this.votes++
    const body = movieReply(imdbId, this.votes)
    const replies = this.movieReplies.get(imdbId) ?? new Set<string>()
    this.movieReplies.set(imdbId, replies.add(body))
    return json(200, body)
  }
}

/** OMDb's JSON for a movie. */
export const movieReply = (imdbId: string, votes: number): string =>
  JSON.stringify({
    Title: `What OMDb calls ${imdbId}`,
    Year: "1994",
    Rated: "R",
    Released: "14 Oct 1994",
    Runtime: "142 min",
    Genre: "Drama, =Crime",
    Director: "Frank Darabont",
    Ratings: [{ Source: "Internet Movie Database", Value: "9.3/10" }],
    Metascore: "N/A",
    imdbRating: "9.3",
    imdbVotes: String(votes),
    imdbID: imdbId,
    Type: "movie",
    BoxOffice: "$28,767,189",
    Response: "True"
  })

/** The error contains the URL with the API key, which must not be logged. */
const connectionReset = (url: URL) =>
  Effect.fail(NoResponse.of(Object.assign(new Error(`read ECONNRESET ${url}`), { code: "ECONNRESET" })))
