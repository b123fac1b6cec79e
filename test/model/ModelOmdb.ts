import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientError from "effect/http/HttpClientError"
import type * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Layer from "effect/Layer"
import { type Answer, errorGettingData, invalidKey, json } from "../../local/omdb/answers.ts"
import { call } from "./Weather.ts"

/** What OMDb does with a call in place of telling the truth. */
export type Failing = Answer | "hang" | "reset"

/** OMDb, of which it is known afterwards what it said, to whom and how often it was asked. */
export class ModelOmdb {
  readonly keys = new Set<string>()
  /** Every true answer's text, by id. */
  readonly said = new Map<string, Set<string>>()
  /** Every call that reached it, with how it ended, and whether its caller heard of that. */
  readonly calls: Array<{
    readonly at: number
    readonly imdbId: string
    readonly key: string
    readonly invocation: string
    readonly answer: Failing
    heard: boolean
  }> = []
  /** What is in the way of the truth about an id. */
  failing: (imdbId: string) => Failing | undefined = () => undefined
  private votes = 1000

  /** By an HttpClient, for whoever runs as that invocation. */
  layer(invocation: Effect.Effect<string>): Layer.Layer<HttpClient.HttpClient> {
    return Layer.succeed(HttpClient.HttpClient)(
      HttpClient.make((request, url) =>
        Effect.gen({ self: this }, function* () {
          const imdbId = url.searchParams.get("i") ?? ""
          const by = yield* invocation
          const answered = yield* call({ service: "omdb", operation: "GET", resource: imdbId }, (at) => {
            const key = url.searchParams.get("apikey") ?? ""
            const answer = this.answerTo(imdbId, key)
            const call = { at, imdbId, key, invocation: by, answer, heard: false }
            this.calls.push(call)
            return call
          }).pipe(Effect.catchTag("Refused", () => reset(request, url)))
          answered.heard = true
          const { answer } = answered
          if (answer === "hang") return yield* Effect.never
          if (answer === "reset") return yield* reset(request, url)
          const { status, headers, body } = answer
          return HttpClientResponse.fromWeb(request, new Response(body, { status, headers }))
        })
      )
    )
  }

  private answerTo(imdbId: string, key: string): Failing {
    if (!this.keys.has(key)) return invalidKey
    const failing = this.failing(imdbId)
    // Nothing keeps a server from quoting its request.
    if (failing === errorGettingData)
      return json(200, `{"Response":"False","Error":"Error getting data. apikey=${key}"}`)
    if (failing !== undefined) return failing
    // No two answers are the same: so it can be told which of them an object is made of.
    this.votes++
    const body = truth(imdbId, this.votes)
    const said = this.said.get(imdbId) ?? new Set<string>()
    this.said.set(imdbId, said.add(body))
    return json(200, body)
  }
}

export const truth = (imdbId: string, votes: number): string =>
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

/** As Node's fetch fails; its cause quotes the whole address, which a careless log would tell on. */
const reset = (request: HttpClientRequest.HttpClientRequest, url: URL) =>
  Effect.fail(
    new HttpClientError.HttpClientError({
      reason: new HttpClientError.TransportError({
        request,
        cause: Object.assign(new TypeError(`fetch failed: ${url}`), {
          cause: Object.assign(new Error(`read ECONNRESET ${url}`), { code: "ECONNRESET" })
        })
      })
    })
  )
