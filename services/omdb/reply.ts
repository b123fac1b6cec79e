import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { ImdbId } from "../../domain/ImdbId.ts"
import { decodeOmdbDetails, type OmdbDetails } from "../../domain/OmdbDetails.ts"

/** OMDb has no such movie, in its own words. */
export class MovieNotFound extends Schema.TaggedError<MovieNotFound>()("MovieNotFound", {
  imdbId: ImdbId,
  detail: Schema.String
}) {
  override get message(): string {
    return `OMDb does not know ${this.imdbId}: ${this.detail}`
  }
}

/** Ids get merged: OMDb then answers for the one it kept. */
export class DifferentMovieReturned extends Schema.TaggedError<DifferentMovieReturned>()("DifferentMovieReturned", {
  requested: ImdbId,
  returned: Schema.String
}) {
  override get message(): string {
    return `OMDb was asked about ${this.requested} and answered about ${this.returned}`
  }
}

export class KeyRejected extends Schema.TaggedError<KeyRejected>()("KeyRejected", { detail: Schema.String }) {
  override get message(): string {
    return `OMDb rejects the API key: ${this.detail}`
  }
}

/** The key's requests of the day are used up; when they come back is not documented. */
export class QuotaExhausted extends Schema.TaggedError<QuotaExhausted>()("QuotaExhausted", { detail: Schema.String }) {
  override get message(): string {
    return `OMDb's daily limit for the API key is used up: ${this.detail}`
  }
}

/** Everything that may pass by itself. */
export class OmdbUnavailable extends Schema.TaggedError<OmdbUnavailable>()("OmdbUnavailable", {
  detail: Schema.String
}) {
  override get message(): string {
    return `OMDb gave no usable answer: ${this.detail}`
  }
}

export type OmdbError = MovieNotFound | DifferentMovieReturned | KeyRejected | QuotaExhausted | OmdbUnavailable

/**
 * What OMDb's answer means. The body decides: OMDb gives two refusals one status, and refuses with status 200, too.
 * Whatever of the body is told on, in an error or in the details, goes through `withoutKey`: nothing keeps a server from
 * quoting its request.
 */
export const parseReply = Effect.fnUntraced(function* (
  asked: ImdbId,
  { status, body }: { readonly status: number; readonly body: string },
  withoutKey: (said: string) => string
): Effect.fn.Return<OmdbDetails, OmdbError> {
  const malformed = ({ message }: Schema.SchemaError) =>
    new OmdbUnavailable({ detail: `malformed: ${withoutKey(message).replace(/\s+/g, " ").slice(0, 200)}` })

  const json = decodeJson(body)
  const refusal = Option.flatMap(json, decodeRefusal)
  if (Option.isSome(refusal)) return yield* errorFromText(asked, refusal.value.Error, withoutKey)
  if (idWasNoNumber.test(body)) return yield* new MovieNotFound({ imdbId: asked, detail: "Conversion from string" })
  if (Option.isNone(json) || status !== 200) {
    const what = Option.isNone(json) ? "a body that is not JSON" : "JSON that is no refusal"
    return yield* new OmdbUnavailable({ detail: `status ${status} with ${what}` })
  }
  const { imdbID } = yield* decodeIdentity(json.value).pipe(Effect.mapError(malformed))
  if (imdbID !== asked) return yield* new DifferentMovieReturned({ requested: asked, returned: imdbID })
  const told = Option.getOrElse(decodeJson(withoutKey(body)), () => undefined)
  return yield* decodeOmdbDetails(told).pipe(Effect.mapError(malformed))
})

const errorFromText = (asked: ImdbId, said: string, withoutKey: (said: string) => string): OmdbError => {
  const detail = withoutKey(said).slice(0, 200)
  if (/invalid api key|no api key/i.test(said)) return new KeyRejected({ detail })
  if (/limit reached/i.test(said)) return new QuotaExhausted({ detail })
  if (/incorrect imdb id|not found/i.test(said)) return new MovieNotFound({ imdbId: asked, detail })
  // "Error getting data." is known to pass and to stay: waiting a day and then a gap loses nothing, a gap at once might.
  return new OmdbUnavailable({ detail })
}

// The one refusal that is not valid JSON: OMDb leaves the quotes inside unescaped.
const idWasNoNumber = /^\s*\{\s*"Response"\s*:\s*"False".*Conversion from string/s

const decodeJson = Schema.decodeUnknownOption(Schema.fromJsonString(Schema.Unknown))
const decodeRefusal = Schema.decodeUnknownOption(
  Schema.Struct({ Response: Schema.Literal("False"), Error: Schema.String })
)
const decodeIdentity = Schema.decodeUnknownEffect(Schema.Struct({ imdbID: ImdbId }))
