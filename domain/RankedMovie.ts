import * as Schema from "effect/Schema"
import { ImdbId } from "./ImdbId.ts"
import { integer, Rating, text, Votes, Year } from "./Values.ts"

/** One row of the Top 250: what the source list says of a movie. */
export const RankedMovie = Schema.Struct({
  imdbId: ImdbId,
  rank: integer(1, 1000),
  title: text(500),
  fullTitle: Schema.optionalKey(text(600)),
  year: Schema.optionalKey(Year),
  image: Schema.optionalKey(text(2000)),
  crew: Schema.optionalKey(text(1000)),
  imdbRating: Schema.optionalKey(Rating),
  imdbRatingCount: Schema.optionalKey(Votes)
})
export type RankedMovie = typeof RankedMovie.Type
