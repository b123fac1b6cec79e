import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { ImdbId } from "../../domain/ImdbId.ts"
import type { OmdbDetails } from "../../domain/OmdbDetails.ts"
import {
  DifferentMovieReturned,
  KeyRejected,
  MovieNotFound,
  type OmdbError,
  OmdbUnavailable,
  QuotaExhausted
} from "./OmdbErrors.ts"
import { decodeOmdbDetails } from "./replySchema.ts"

/**
 * The outcome of a reply. The body decides, not the status: OMDb uses one status for two errors, and reports errors with
 * status 200. `redact` is applied to every text that is kept, in an error or in the details: a server can quote the
 * request, and with it the key.
 */
export const parseReply = Effect.fnUntraced(function* (
  requested: ImdbId,
  { status, body }: { readonly status: number; readonly body: string },
  redact: (text: string) => string
): Effect.fn.Return<OmdbDetails, OmdbError> {
  const malformed = ({ message }: Schema.SchemaError) =>
    new OmdbUnavailable({ detail: `malformed: ${redact(message).replace(/\s+/g, " ").slice(0, 200)}` })

  const json = decodeJson(body)
  const error = Option.flatMap(json, decodeError)
  if (Option.isSome(error)) return yield* errorFromText(requested, error.value.Error, redact)
  if (conversionError.test(body)) {
    return yield* new MovieNotFound({ imdbId: requested, detail: "Conversion from string" })
  }
  if (Option.isNone(json) || status !== 200) {
    const problem = Option.isNone(json) ? "a body that is not JSON" : "JSON without an error text"
    return yield* new OmdbUnavailable({ detail: `status ${status} with ${problem}` })
  }
  const { imdbID } = yield* decodeIdentity(json.value).pipe(Effect.mapError(malformed))
  if (imdbID !== requested) return yield* new DifferentMovieReturned({ requested, returned: imdbID })
  const redacted = Option.getOrElse(decodeJson(redact(body)), () => undefined)
  return yield* decodeOmdbDetails(redacted).pipe(Effect.mapError(malformed))
})

const errorFromText = (imdbId: ImdbId, text: string, redact: (text: string) => string): OmdbError => {
  const detail = redact(text).slice(0, 200)
  if (/invalid api key|no api key/i.test(text)) return new KeyRejected({ detail })
  if (/limit reached/i.test(text)) return new QuotaExhausted({ detail })
  if (/incorrect imdb id|not found/i.test(text)) return new MovieNotFound({ imdbId, detail })
  // "Error getting data." is sometimes transient and sometimes not. Retries for a day lose nothing; a gap at once might.
  return new OmdbUnavailable({ detail })
}

// The one error that is not valid JSON: OMDb does not escape the quotes inside it.
const conversionError = /^\s*\{\s*"Response"\s*:\s*"False".*Conversion from string/s

const decodeJson = Schema.decodeUnknownOption(Schema.fromJsonString(Schema.Unknown))
const decodeError = Schema.decodeUnknownOption(
  Schema.Struct({ Response: Schema.Literal("False"), Error: Schema.String })
)
const decodeIdentity = Schema.decodeUnknownEffect(Schema.Struct({ imdbID: ImdbId }))
