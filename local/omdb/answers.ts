export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** OMDb lets its errors be cached like its movies, so an error can outlive its cause. */
export const json = (status: number, body: string): Answer => ({
  status,
  headers: { "Content-Type": "application/json; charset=utf-8", "Cache-Control": "public, max-age=86400" },
  body
})

const refusal = (status: number, error: string): Answer => json(status, `{"Response":"False","Error":"${error}"}`)

const page = (status: number, contentType: string, title: string, text: string): Answer => ({
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
export const nothingAsked = refusal(200, "Something went wrong.")

/** Not valid JSON: OMDb leaves the quotes around the text unescaped. */
export const notANumber = (text: string): Answer =>
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

export const unavailable: Readonly<Record<503 | 522 | 524, Answer>> = {
  503: page(503, "text/html", "Service Unavailable", "HTTP Error 503. The service is unavailable."),
  522: page(522, cloudflarePage, "www.omdbapi.com | 522: Connection timed out", "Error code 522"),
  524: page(524, cloudflarePage, "www.omdbapi.com | 524: A timeout occurred", "Error code 524")
}

/** Puts in front of the first string's text what JSON forbids there. */
export const malformed = (answer: Answer, by: "backslash" | "controlCharacter"): Answer => ({
  ...answer,
  body: answer.body.replace('":"', by === "backslash" ? '":"\\ ' : '":"\t')
})
