import * as Schema from "effect/Schema"
import { ImdbId } from "./ImdbId.ts"
import { integer, Rating, text, Votes, Year } from "./Values.ts"

/** The fields of the list that OMDb has too, or that only describe the movie. */
export const ListFields = {
  fullTitle: Schema.optionalKey(text(600)),
  year: Schema.optionalKey(Year),
  image: Schema.optionalKey(text(2000)),
  crew: Schema.optionalKey(text(1000)),
  imdbRating: Schema.optionalKey(Rating),
  imdbRatingCount: Schema.optionalKey(Votes)
}

/** One row of the source list. */
export const RankedMovie = Schema.Struct({
  imdbId: ImdbId,
  rank: integer(1, 1000),
  title: text(500),
  ...ListFields
})
export type RankedMovie = typeof RankedMovie.Type
