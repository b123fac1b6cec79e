/** A row of the list as its API writes it, and a file of such rows. */
export const row = (fields: object = {}) => ({
  id: "tt0111161",
  rank: "1",
  title: "The Shawshank Redemption",
  fullTitle: "The Shawshank Redemption (1994)",
  year: "1994",
  image: "https://example.test/1.jpg",
  crew: "Frank Darabont (dir.), Tim Robbins, Morgan Freeman",
  imDbRating: "9.2",
  imDbRatingCount: "2660364",
  ...fields
})
export const other = (fields: object) => row({ id: "tt0068646", rank: "2", title: "The Godfather", ...fields })

export const file = (...items: ReadonlyArray<unknown>) => JSON.stringify({ items, errorMessage: "" })
