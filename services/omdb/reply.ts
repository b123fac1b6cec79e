import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import { ImdbId } from "../../domain/ImdbId.ts"
import type { OmdbDetails } from "../../domain/OmdbDetails.ts"
import { keptText } from "../../domain/texts.ts"
import {
  DifferentMovieReturned,
  KeyRejected,
  MovieNotFound,
  type OmdbError,
  OmdbUnavailable,
  QuotaExhausted
} from "./OmdbErrors.ts"
import { readJson } from "./readJson.ts"
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
  const json = readJson(body)
  const error = Option.match(json, { onSome: errorIn, onNone: () => unescapedError(body) })
  if (Option.isSome(error)) return yield* errorFromText(requested, error.value, redact)
  if (Option.isNone(json) || status !== 200) {
    const problem = Option.isNone(json) ? "a body that is not JSON" : "JSON without an error text"
    return yield* new OmdbUnavailable({ detail: `status ${status} with ${problem}` })
  }
  const movie = redactValue(json.value, redact)
  const { imdbID } = yield* decodeIdentity(movie).pipe(Effect.mapError(malformed))
  if (imdbID !== requested) return yield* new DifferentMovieReturned({ requested, returned: imdbID })
  return yield* decodeOmdbDetails(movie).pipe(Effect.mapError(malformed))
})

const malformed = ({ message }: Schema.SchemaError) =>
  new OmdbUnavailable({ detail: `malformed: ${shortened(message.replace(/\s+/g, " "))}` })

const errorFromText = (imdbId: ImdbId, text: string, redact: (text: string) => string): OmdbError => {
  const detail = shortened(redact(keptText(text)))
  if (/invalid api key|no api key/i.test(text)) return new KeyRejected({ detail })
  if (/limit reached/i.test(text)) return new QuotaExhausted({ detail })
  if (
    /incorrect imdb id|^(movie|series|episode|game|series or (episode|season)) not found|^conversion from string/i.test(
      text
    )
  )
    return new MovieNotFound({ imdbId, detail })
  // "Error getting data." is sometimes transient and sometimes not. Retries for a day lose nothing; a gap at once might.
  return new OmdbUnavailable({ detail })
}

/** In characters. */
const shortened = (text: string) => text.slice(0, 1_000)

/**
 * The texts are redacted after JSON's escapes are decoded, where none of them hides the key. A text with the key in HTML
 * entities is redacted as a whole. What is nested deeper than the ratings is not kept.
 */
const redactValue = (value: unknown, redact: (text: string) => string, depth = 0): unknown => {
  if (depth > 3) return null
  if (Predicate.isString(value)) {
    const [text, kept] = [redact(value), keptText(redact(value))]
    return redact(kept) === kept ? text : "<redacted>"
  }
  if (Predicate.isNumber(value)) return redact(`${value}`) === `${value}` ? value : "<redacted>"
  if (Array.isArray(value)) return value.map((item) => redactValue(item, redact, depth + 1))
  if (!Predicate.isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [redact(key), redactValue(item, redact, depth + 1)])
  )
}

const errorIn = (json: unknown) => Option.map(decodeError(json), (reply) => reply.Error)

/** The text of an error that is not valid JSON, because OMDb does not escape the quotes inside it. */
const unescapedError = (body: string) => Option.fromNullishOr(unescaped.exec(body)?.[1])
const unescaped = /^\s*\{\s*"Response"\s*:\s*"?False"?\s*,\s*"Error"\s*:\s*"(.*)"\s*\}\s*$/is

const decodeError = Schema.decodeUnknownOption(
  Schema.Struct({ Response: Schema.Literals(["False", "false", false]), Error: Schema.String })
)
const decodeIdentity = Schema.decodeUnknownEffect(Schema.Struct({ imdbID: ImdbId }))
