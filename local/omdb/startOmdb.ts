import type { IncomingMessage, ServerResponse } from "node:http"
import { listenOnLoopback } from "../cloud/listenOnLoopback.ts"
import { blocked, defaultResponse, invalidKey, noKey, type OmdbResponse, serverError } from "./responses.ts"

/** A received call; the key's value is never stored. */
export interface OmdbCall {
  /** As received, also when it is malformed. */
  readonly imdbId?: string
  readonly keyAccepted: boolean
  /** Absent: the connection was reset. */
  readonly status?: number
}

export interface OmdbStandIn {
  readonly url: string
  /** In order of arrival, since the start or the last `reset()`. */
  readonly calls: ReadonlyArray<OmdbCall>
  /** Returns what replaces the reply to a call with an accepted key, or undefined. */
  intercept: (imdbId: string | null) => OmdbResponse | "reset" | undefined
  /** Removes the interceptor and the recorded calls. */
  readonly reset: () => void
  /** Closes every connection at once. */
  readonly close: () => Promise<void>
}

type Reply = Pick<OmdbCall, "keyAccepted"> & { readonly response: OmdbResponse | "reset" }

const interceptNone = () => undefined

/** OMDb's API by IMDb id on loopback: its replies, statuses and headers, and other replies on demand. */
export const startOmdb = async ({ key }: { readonly key: string }): Promise<OmdbStandIn> => {
  let calls: Array<OmdbCall> = []

  /** Checks in the order of the real OMDb: Cloudflare, the web server, the key, the id. */
  const replyTo = (params: URLSearchParams, userAgent: string | undefined): Reply => {
    if (!userAgent) return { response: blocked, keyAccepted: false }
    if ([...params].flat().some((text) => text.includes("<"))) return { response: serverError, keyAccepted: false }
    const given = params.get("apikey")
    if (!given) return { response: noKey, keyAccepted: false }
    if (given !== key) return { response: invalidKey, keyAccepted: false }
    return { response: standIn.intercept(params.get("i")) ?? defaultResponse(params), keyAccepted: true }
  }

  const serve = (request: IncomingMessage, response: ServerResponse): void => {
    const url = URL.parse(request.url ?? "", "http://127.0.0.1")
    if (url?.pathname !== "/") return void response.writeHead(404).end()
    if (request.method !== "GET") return void response.writeHead(405, { Allow: "GET" }).end()
    const imdbId = url.searchParams.get("i")
    const { response: reply, ...result } = replyTo(url.searchParams, request.headers["user-agent"])
    const status = reply === "reset" ? {} : { status: reply.status }
    calls.push({ ...(imdbId !== null && { imdbId }), ...result, ...status })
    if (reply === "reset") response.socket?.resetAndDestroy()
    else response.writeHead(reply.status, reply.headers).end(reply.body)
  }

  const { url, close } = await listenOnLoopback(serve, 0)
  const standIn: OmdbStandIn = {
    url,
    close,
    get calls() {
      return calls
    },
    intercept: interceptNone,
    reset: () => {
      standIn.intercept = interceptNone
      calls = []
    }
  }
  return standIn
}
