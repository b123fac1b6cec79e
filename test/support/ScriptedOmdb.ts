import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { boundedText } from "../../services/omdb/boundedText.ts"
import { type GetRequest, HttpGet, type Reply as HttpReply, NoResponse, urlOf } from "../../services/omdb/HttpGet.ts"

export type Reply = (request: GetRequest, url: URL) => Effect.Effect<HttpReply, NoResponse>

/** An HttpGet that gives the n-th request the n-th reply, and later requests the last one. */
export class ScriptedOmdb {
  readonly urls: Array<URL> = []
  private readonly replies: ReadonlyArray<Reply>

  constructor(...replies: ReadonlyArray<Reply>) {
    this.replies = replies
  }

  readonly layer = Layer.succeed(HttpGet)({
    get: (request) =>
      Effect.suspend(() => {
        const url = urlOf(request)
        this.urls.push(url)
        const reply = this.replies[Math.min(this.urls.length, this.replies.length) - 1] ?? unavailable
        return reply(request, url)
      })
  })
}

export const replies =
  (status: number, text: string, contentType?: string): Reply =>
  ({ maxBytes }) =>
    Effect.succeed(replyOf(status, text, maxBytes, contentType))

export const replyOf = (status: number, text: string, maxBytes: number, contentType?: string): HttpReply => {
  const { add, end } = boundedText(contentType, maxBytes)
  add(new TextEncoder().encode(text))
  return { status, body: end() }
}

/** The requested movie, with some fields replaced. */
export const foundMovie =
  (fields: Record<string, unknown> = {}): Reply =>
  (request, url) =>
    replies(200, JSON.stringify({ ...movie, imdbID: url.searchParams.get("i"), ...fields }))(request, url)

export const htmlPage = (status: number): Reply => replies(status, "<html><body>Cloudflare</body></html>")
export const unavailable = htmlPage(503)
export const refusal = (status: number, error: string): Reply =>
  replies(status, JSON.stringify({ Response: "False", Error: error }))
export const unknownId = refusal(200, "Incorrect IMDb ID.")
export const invalidKey = refusal(401, "Invalid API key!")
export const limitReached = refusal(401, "Request limit reached!")
export const noReply: Reply = () => Effect.never
export const transportError =
  (error: (url: URL) => unknown): Reply =>
  (_, url) =>
    Effect.fail(NoResponse.of(error(url)))

/** A found movie as OMDb sends it. */
export const movie = {
  Title: "The Shawshank Redemption",
  Year: "1994",
  Rated: "R",
  Released: "14 Oct 1994",
  Runtime: "142 min",
  Genre: "Drama",
  Director: "Frank Darabont",
  Writer: "Stephen King, Frank Darabont",
  Actors: "Tim Robbins, Morgan Freeman, Bob Gunton",
  Plot: "N/A",
  Language: "English",
  Country: "United States",
  Awards: "Nominated for 7 Oscars. 21 wins & 42 nominations total",
  Poster: "https://example.test/poster.jpg",
  Ratings: [
    { Source: "Internet Movie Database", Value: "9.3/10" },
    { Source: "Rotten Tomatoes", Value: "89%" },
    { Source: "Metacritic", Value: "82/100" }
  ],
  Metascore: "82",
  imdbRating: "9.3",
  imdbVotes: "3,120,594",
  imdbID: "tt0111161",
  Type: "movie",
  DVD: "N/A",
  BoxOffice: "$28,767,189",
  Production: "N/A",
  Website: "",
  Response: "True"
}
