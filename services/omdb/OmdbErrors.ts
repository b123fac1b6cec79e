import * as Schema from "effect/Schema"
import { ImdbId } from "../../domain/ImdbId.ts"

/** OMDb has no such movie. Permanent. `detail` is OMDb's error text. */
export class MovieNotFound extends Schema.TaggedError<MovieNotFound>()("MovieNotFound", {
  imdbId: ImdbId,
  detail: Schema.String
}) {
  override get message(): string {
    return `OMDb has no movie ${this.imdbId}: ${this.detail}`
  }
}

/** IMDb merges ids: OMDb then replies about the id that was kept. Permanent. */
export class DifferentMovieReturned extends Schema.TaggedError<DifferentMovieReturned>()("DifferentMovieReturned", {
  requested: ImdbId,
  returned: Schema.String
}) {
  override get message(): string {
    return `OMDb returned ${this.returned} for ${this.requested}`
  }
}

export class KeyRejected extends Schema.TaggedError<KeyRejected>()("KeyRejected", { detail: Schema.String }) {
  override get message(): string {
    return `OMDb rejects the API key: ${this.detail}`
  }
}

/** The key's requests of the day are used up. OMDb does not document when the count is reset. */
export class QuotaExhausted extends Schema.TaggedError<QuotaExhausted>()("QuotaExhausted", { detail: Schema.String }) {
  override get message(): string {
    return `OMDb's daily limit for the API key is reached: ${this.detail}`
  }
}

/** Everything transient: no response, a server error, HTML, a malformed body, an unknown error text. */
export class OmdbUnavailable extends Schema.TaggedError<OmdbUnavailable>()("OmdbUnavailable", {
  detail: Schema.String
}) {
  override get message(): string {
    return `OMDb gave no usable reply: ${this.detail}`
  }
}

export type OmdbError = MovieNotFound | DifferentMovieReturned | KeyRejected | QuotaExhausted | OmdbUnavailable
