import * as Schema from "effect/Schema"
import { field, listField } from "./field.ts"
import { ImdbId } from "./ImdbId.ts"
import { integer, Rating, Text, text, Url, Votes, Year } from "./Values.ts"

/** The fields of the list that OMDb has too, or that only describe the movie. */
export const ListFields = {
  fullTitle: listField(text(600), "fullTitle", "Title with the year", "The Shawshank Redemption (1994)"),
  year: listField(Year, "year", "Release year", 1994),
  image: listField(Url, "image", "Address of an image", "https://example.com/image.jpg"),
  crew: listField(Text, "crew", "Director and two actors", "Frank Darabont (dir.), Tim Robbins, Morgan Freeman"),
  imdbRating: listField(Rating, "imDbRating", "IMDb rating in the list", 9.2, "0–10"),
  imdbRatingCount: listField(Votes, "imDbRatingCount", "Number of IMDb ratings in the list", 2_660_364, "votes")
}

/** One row of the source list. */
export const RankedMovie = Schema.Struct({
  imdbId: field(ImdbId, "IMDb id, in its canonical form", { source: "list `id`", example: "tt0111161" }),
  rank: field(integer(1, 1000), "Rank in the list; two movies can share one", { source: "list `rank`", example: 1 }),
  title: field(text(500), "Title in the list", { source: "list `title`", example: "The Shawshank Redemption" }),
  ...ListFields
})
export type RankedMovie = typeof RankedMovie.Type
