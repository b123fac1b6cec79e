import type { IncomingMessage, ServerResponse } from "node:http"
import { listenOnLoopback } from "../cloud/listenOnLoopback.ts"
import { type OmdbFailure, type OmdbRule, OmdbRules } from "./OmdbRule.ts"
import {
  blocked,
  defaultResponse,
  invalidKey,
  json,
  malformed,
  noKey,
  type OmdbResponse,
  quota,
  serverError,
  unavailable,
  unknownMovie
} from "./responses.ts"

export interface OmdbOptions {
  readonly key: string
  /** Absent: any free port. */
  readonly port?: number
}

/** A received call; the key's value is never stored. */
export interface OmdbCall {
  /** ISO 8601 */
  readonly at: string
  /** As received, also when it is malformed. */
  readonly imdbId?: string
  readonly keyAccepted: boolean
  /** The failure of the rule that applied. */
  readonly failure?: OmdbFailure["kind"]
  /** Absent: the connection was reset. */
  readonly status?: number
}

export interface OmdbStandIn {
  readonly url: string
  /** In order of arrival, since the start or the last `reset()`. */
  readonly calls: ReadonlyArray<OmdbCall>
  /** `onApplied` is called before each reply that the rule decides. */
  readonly addRule: (rule: OmdbRule, onApplied?: () => void) => void
  readonly setKey: (key: string) => void
  /** Removes all rules and recorded calls. */
  readonly reset: () => void
  /** Closes every connection at once. */
  readonly close: () => Promise<void>
}

type Reply = Pick<OmdbCall, "keyAccepted" | "failure"> & { readonly response: OmdbResponse | "reset" }

/** OMDb's API by IMDb id on loopback: its replies, statuses and headers, and its failures on demand. */
export const startOmdb = async ({ key, port = 0 }: OmdbOptions): Promise<OmdbStandIn> => {
  const rules = new OmdbRules()
  let acceptedKey = key
  let calls: Array<OmdbCall> = []

  /** Checks in the order of the real OMDb: Cloudflare, the web server, the key, the id. */
  const replyTo = (params: URLSearchParams, userAgent: string | undefined): Reply => {
    if (!userAgent) return { response: blocked, keyAccepted: false }
    if ([...params].flat().some((text) => text.includes("<"))) return { response: serverError, keyAccepted: false }
    const given = params.get("apikey")
    if (!given) return { response: noKey, keyAccepted: false }
    if (given !== acceptedKey) return { response: invalidKey, keyAccepted: false }
    const failure = rules.nextFailure(params.get("i"))
    if (failure === undefined) return { response: defaultResponse(params), keyAccepted: true }
    return { response: failureResponse(failure, params), keyAccepted: true, failure: failure.kind }
  }

  const serve = (request: IncomingMessage, response: ServerResponse): void => {
    const url = URL.parse(request.url ?? "", "http://127.0.0.1")
    if (url?.pathname !== "/") return void response.writeHead(404).end()
    if (request.method !== "GET") return void response.writeHead(405, { Allow: "GET" }).end()
    const imdbId = url.searchParams.get("i")
    const { response: reply, ...result } = replyTo(url.searchParams, request.headers["user-agent"])
    const status = reply === "reset" ? {} : { status: reply.status }
    calls.push({ at: new Date().toISOString(), ...(imdbId !== null && { imdbId }), ...result, ...status })
    if (reply === "reset") response.socket?.resetAndDestroy()
    else response.writeHead(reply.status, reply.headers).end(reply.body)
  }

  const { url, close } = await listenOnLoopback(serve, port)
  return {
    url,
    close,
    get calls() {
      return calls
    },
    addRule: rules.add,
    setKey: (next) => {
      acceptedKey = next
    },
    reset: () => {
      rules.clear()
      calls = []
    }
  }
}

const failureResponse = (failure: OmdbFailure, params: URLSearchParams): OmdbResponse | "reset" => {
  switch (failure.kind) {
    case "quota":
      return quota
    case "invalidKey":
      return invalidKey
    case "unknownMovie":
      return unknownMovie
    case "unavailable":
      return unavailable[failure.status]
    case "malformed":
      return malformed(defaultResponse(params), failure.by)
    case "reset":
      return "reset"
    case "custom": {
      const { status, headers, body } = json(failure.status, failure.body)
      const contentType = failure.contentType ?? headers["Content-Type"] ?? ""
      return { status, headers: { ...headers, "Content-Type": contentType }, body }
    }
  }
}
