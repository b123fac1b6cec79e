import facts from "./facts/movies.json" with { type: "json" }

export interface OmdbResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** OMDb lets caches keep its errors like its movies, so an error can remain after its cause is gone. */
export const json = (status: number, body: string): OmdbResponse => ({
  status,
  headers: { "Content-Type": "application/json; charset=utf-8", "Cache-Control": "public, max-age=86400" },
  body
})

const refusal = (status: number, error: string): OmdbResponse => json(status, `{"Response":"False","Error":"${error}"}`)

const page = (status: number, contentType: string, title: string, text: string): OmdbResponse => ({
  status,
  headers: { "Content-Type": contentType },
  body: `<!DOCTYPE html>\n<html><head><title>${title}</title></head>\n<body><h1>${title}</h1><p>${text}</p></body></html>\n`
})

export const noKey = refusal(401, "No API key provided.")
export const invalidKey = refusal(401, "Invalid API key!")
export const quota = refusal(401, "Request limit reached!")
export const unknownMovie = refusal(200, "Incorrect IMDb ID.")
export const errorGettingData = refusal(200, "Error getting data.")
export const titleNotFound = refusal(200, "Movie not found!")
export const missingParameter = refusal(200, "Something went wrong.")

/** Not valid JSON: OMDb leaves the quotes around the text unescaped. */
export const notANumber = (text: string): OmdbResponse =>
  refusal(200, `Conversion from string "${text}" to type 'Double' is not valid.`)

export const serverError = page(
  500,
  "text/html",
  "A potentially dangerous Request.QueryString value was detected from the client.",
  "Stack Trace: [HttpRequestValidationException (0x80004005)]"
)
export const blocked = page(
  403,
  "text/html",
  "Attention Required! | Cloudflare",
  "Sorry, you have been blocked. You are unable to access omdbapi.com"
)

const cloudflarePage = "text/html; charset=UTF-8"

export const unavailable: Readonly<Record<503 | 522 | 524, OmdbResponse>> = {
  503: page(503, "text/html", "Service Unavailable", "HTTP Error 503. The service is unavailable."),
  522: page(522, cloudflarePage, "www.omdbapi.com | 522: Connection timed out", "Error code 522"),
  524: page(524, cloudflarePage, "www.omdbapi.com | 524: A timeout occurred", "Error code 524")
}

/** Inserts a character that JSON forbids at the start of the first string. */
export const malformed = (response: OmdbResponse, by: "backslash" | "controlCharacter"): OmdbResponse => ({
  ...response,
  body: response.body.replace('":"', by === "backslash" ? '":"\\ ' : '":"\t')
})

type MovieFacts = (typeof facts)[number]

/** The facts contain no plots, posters or links. */
const notInFacts = "N/A"

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
    Plot: notInFacts,
    Language: movie.Language,
    Country: movie.Country,
    Awards: movie.Awards,
    Poster: notInFacts,
    Ratings: movie.Ratings,
    Metascore: movie.Metascore,
    imdbRating: movie.imdbRating,
    imdbVotes: movie.imdbVotes,
    imdbID: movie.imdbID,
    Type: movie.Type,
    DVD: notInFacts,
    BoxOffice: movie.BoxOffice,
    Production: notInFacts,
    Website: notInFacts,
    Response: "True"
  })

const byId: ReadonlyMap<string, OmdbResponse> = new Map(facts.map((movie) => [movie.imdbID, json(200, body(movie))]))

/** OMDb drops a leading `tt` and reads the rest as a number. */
export const responseForId = (id: string): OmdbResponse => {
  const rest = id.replace(/^tt/, "")
  if (/\d/.test(rest) && /[a-z]/i.test(rest)) return notANumber(rest)
  if (!/^tt\d{7,8}$/.test(id)) return unknownMovie
  return byId.get(id) ?? errorGettingData
}

/** The reply to a call with an accepted key. The facts are by id only, so no title is found. */
export const defaultResponse = (params: URLSearchParams): OmdbResponse => {
  const id = params.get("i")
  if (id !== null) return responseForId(id)
  return params.has("t") || params.has("s") ? titleNotFound : missingParameter
}
