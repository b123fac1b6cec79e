import type * as api from "../api.ts"

/** As in console/api.ts, which is not part of the page. */
const tokenHeader = "x-console-token"

/** The token of the server that sent this page. */
export const token = document.querySelector<HTMLMetaElement>(`meta[name=${tokenHeader}]`)?.content ?? ""

const answer = async <A>(response: Response): Promise<A> => {
  const body = await response.json()
  if (response.ok) return body
  throw new Error(typeof body.message === "string" ? body.message : `The server returned status ${response.status}.`)
}

const get = async <A>(path: string): Promise<A> =>
  answer(await fetch(path, { headers: { accept: "application/json" } }))

const post = async <A>(path: string, body: unknown): Promise<A> => {
  const headers = { "content-type": "application/json", [tokenHeader]: token }
  return answer(await fetch(path, { method: "POST", headers, body: JSON.stringify(body) }))
}

export const server = {
  settings: () => get<api.Settings>("/api/settings"),
  runs: () => get<api.Runs>("/api/runs"),
  run: (date: string) => get<api.RunDetails>(`/api/runs/${date}`),
  movie: (date: string, id: string) => get<api.MovieDetails>(`/api/runs/${date}/movies/${id}`),
  deadLetters: () => get<api.DeadLetters>("/api/dead-letters"),
  data: (date: string, source: api.DataSource) => get<api.DayData>(`/api/data/${date}/${source}`),
  start: (request: { runDate?: string; top?: number; refresh?: boolean }) => post<api.Started>("/api/runs", request),
  redrive: (request: { queue: string; messageIds?: ReadonlyArray<string>; payload?: string }) =>
    post<{ redriven: number; left: ReadonlyArray<{ why: string }> }>("/api/dead-letters/redrive", request),
  remove: (request: { queue: string; messageIds?: ReadonlyArray<string> }) =>
    post<{ deleted: number; left: ReadonlyArray<{ why: string }> }>("/api/dead-letters/delete", request)
}
