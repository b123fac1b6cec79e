/** A row as the public list writes it: every value a string. */
export const sourceRow = (rank: number, fields: Record<string, unknown> = {}) => ({
  id: `tt${String(1_000_000 + rank)}`,
  rank: String(rank),
  title: `Movie ${rank}`,
  fullTitle: `Movie ${rank} (1994)`,
  year: "1994",
  image: "",
  crew: "Frank Darabont (dir.), Tim Robbins",
  imDbRating: "9.2",
  imDbRatingCount: "2660364",
  ...fields
})

export const sourceText = (items: ReadonlyArray<unknown>, errorMessage = "") => JSON.stringify({ items, errorMessage })

export const rowsOf = (count: number) => Array.from({ length: count }, (_, index) => sourceRow(index + 1))
