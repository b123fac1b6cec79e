import {
  type Answer,
  errorGettingData,
  json,
  notANumber,
  nothingAsked,
  titleNotFound,
  unknownMovie
} from "./answers.ts"
import facts from "./facts/movies.json" with { type: "json" }

type MovieFacts = (typeof facts)[number]

const notHeld = "N/A"

/** OMDb's own order of keys. */
const body = (movie: MovieFacts): string =>
  JSON.stringify({
    Title: movie.Title,
    Year: movie.Year,
    Rated: movie.Rated,
    Released: movie.Released,
    Runtime: movie.Runtime,
    Genre: movie.Genre,
    Director: movie.Director,
    Writer: movie.Writer,
    Actors: movie.Actors,
    Plot: notHeld,
    Language: movie.Language,
    Country: movie.Country,
    Awards: movie.Awards,
    Poster: notHeld,
    Ratings: movie.Ratings,
    Metascore: movie.Metascore,
    imdbRating: movie.imdbRating,
    imdbVotes: movie.imdbVotes,
    imdbID: movie.imdbID,
    Type: movie.Type,
    DVD: notHeld,
    BoxOffice: movie.BoxOffice,
    Production: notHeld,
    Website: notHeld,
    Response: "True"
  })

const byId: ReadonlyMap<string, Answer> = new Map(facts.map((movie) => [movie.imdbID, json(200, body(movie))]))

/** OMDb drops a leading `tt` and reads the rest as a number. */
export const aboutId = (id: string): Answer => {
  const rest = id.replace(/^tt/, "")
  if (/\d/.test(rest) && /[a-z]/i.test(rest)) return notANumber(rest)
  if (!/^tt\d{7,8}$/.test(id)) return unknownMovie
  return byId.get(id) ?? errorGettingData
}

/** What OMDb answers to a call with an accepted key; titles are not held, so none is found. */
export const usualAnswer = (params: URLSearchParams): Answer => {
  const id = params.get("i")
  if (id !== null) return aboutId(id)
  return params.has("t") || params.has("s") ? titleNotFound : nothingAsked
}
