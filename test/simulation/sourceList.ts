import { sourceRow, sourceText } from "../support/exampleRun.ts"

/** The list's length: two more than the greatest run asks for. */
const movies = 14

/** What the source bucket holds. Changed, its second movie has left, another comes first, and the others' ranks are turned around. */
export const listOf = (which: "as it was" | "changed"): string => {
  const ranks = Array.from({ length: movies }, (_, index) => index + 1)
  if (which === "as it was") return sourceText(ranks.map((rank) => sourceRow(rank)))
  const rows = ranks.filter((rank) => rank !== 2).map((rank) => sourceRow(rank, { rank: String(movies + 2 - rank) }))
  return sourceText([...rows, sourceRow(501, { rank: "1" })])
}

/** What is there where the list's maker could not make one. */
export const noList = '{"items":[],"errorMessage":"Server busy"}'

/** A movie's rank in the list as it was. */
export const firstRankOf = (imdbId: string): number => Number(imdbId.slice(-3))
