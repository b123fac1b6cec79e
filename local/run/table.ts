import Table from "cli-table3"
import type { EnrichedMovie } from "../../domain/EnrichedMovie.ts"

const money = new Intl.NumberFormat("en-US", { style: "currency", currency: "USD", maximumFractionDigits: 0 })
const number = new Intl.NumberFormat("en-US")

/** The day's movies for a person. */
export const dayTable = (movies: ReadonlyArray<EnrichedMovie>): string => {
  const table = new Table({
    head: ["#", "Title", "Year", "Minutes", "IMDb", "Votes", "Rotten T.", "Box office", "Director"],
    colAligns: ["right", "left", "right", "right", "right", "right", "right", "right", "left"],
    // The table library colours by itself; a pipe or a file gets plain text.
    style: process.stdout.isTTY ? { head: ["bold"], border: ["dim"] } : { head: [], border: [] }
  })
  for (const { rank, title, year, omdb } of movies) {
    const tomatoes = omdb.ratings.find(({ source }) => source === "Rotten Tomatoes")
    table.push([
      rank,
      title,
      year ?? omdb.year?.year ?? "",
      omdb.runtimeMinutes ?? "",
      omdb.imdbRating?.toFixed(1) ?? "",
      omdb.imdbVotes === undefined ? "" : number.format(omdb.imdbVotes),
      tomatoes === undefined ? "" : `${tomatoes.value}%`,
      omdb.boxOfficeUsd === undefined ? "" : money.format(omdb.boxOfficeUsd),
      omdb.directors?.join(", ") ?? ""
    ])
  }
  return table.toString()
}
