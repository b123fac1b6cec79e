import * as Schema from "effect/Schema"
import { ImdbId } from "./ImdbId.ts"

/** A text of at least one and at most `longest` characters: absent is told by an absent key, never by "". */
export const text = (longest: number) => Schema.String.check(Schema.isBetweenLength(1, longest))

const whole = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }))

export const Rank = whole(1, 1000)
export const Year = whole(1870, 2200)
/** IMDb's stars, 0 to 10. */
export const Stars = Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 10 }))
/** How many voted; none is told by an absent key. */
export const Votes = whole(1, 1_000_000_000)

/** One row of the Top 250: what the source list says of a movie. */
export const RankedMovie = Schema.Struct({
  imdbId: ImdbId,
  rank: Rank,
  title: text(500),
  fullTitle: Schema.optionalKey(text(600)),
  year: Schema.optionalKey(Year),
  image: Schema.optionalKey(text(2000)),
  crew: Schema.optionalKey(text(1000)),
  imdbRating: Schema.optionalKey(Stars),
  imdbRatingCount: Schema.optionalKey(Votes)
})
export type RankedMovie = typeof RankedMovie.Type
