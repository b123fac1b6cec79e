import { request } from "node:http"

export interface Heard {
  readonly status: number | undefined
  readonly contentType: string | undefined
  readonly cacheControl: string | undefined
  readonly body: string
}

/** A GET with exactly these headers and no others: unlike fetch, it can leave out User-Agent and choose Host. */
export const ask = (url: string, headers: Readonly<Record<string, string>> = { "User-Agent": "test" }) =>
  new Promise<Heard>((resolve, reject) => {
    request(url, { headers, agent: false }, (response) => {
      const { "content-type": contentType, "cache-control": cacheControl } = response.headers
      let body = ""
      response.setEncoding("utf8")
      response.on("data", (chunk: string) => {
        body += chunk
      })
      response.on("error", reject)
      response.on("end", () => resolve({ status: response.statusCode, contentType, cacheControl, body }))
    })
      .on("error", reject)
      .end()
  })
