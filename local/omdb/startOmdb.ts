import type { IncomingMessage, ServerResponse } from "node:http"
import { listenOnLoopback } from "../cloud/listenOnLoopback.ts"
import { makeOmdbRules, type OmdbFailure, type OmdbRule, type OmdbRules } from "./OmdbRule.ts"
import {
  blocked,
  defaultResponse,
  errorGettingData,
  invalidKey,
  json,
  malformed,
  noKey,
  type OmdbResponse,
  quota,
  responseForId,
  serverError,
  unavailable,
  unknownMovie
} from "./responses.ts"

export interface OmdbOptions {
  readonly key: ApiKeys
  /** Absent: any free port. */
  readonly port?: number
  /** Calls a key is good for until `reset()`; absent: no limit. */
  readonly quotaAfter?: number
}

/** A call as it came in; the key's value is never kept. */
export interface OmdbCall {
  /** ISO 8601 */
  readonly at: string
  /** Word for word what was asked for, a malformed id too. */
  readonly imdbId?: string
  /** A key over its limit is still an accepted one. */
  readonly keyAccepted: boolean
  /** The rule's failure that the call met, if it met one. */
  readonly failure?: OmdbFailure["kind"]
  /** Absent: the call got no answer. */
  readonly status?: number
}

export interface OmdbStandIn {
  readonly url: string
  /** In order of arrival, since the start or the last `reset()`. */
  readonly calls: ReadonlyArray<OmdbCall>
  /** `onMet` is called before each answer that the rule gives. */
  readonly addRule: (rule: OmdbRule, onMet?: () => void) => void
  readonly setKeys: (key: ApiKeys) => void
  /** A new day with no troubles: forgets rules, calls and what each key has used up. */
  readonly reset: () => void
  /** Ends every connection at once, unanswered calls too. */
  readonly close: () => Promise<void>
}

/** OMDb's API by id on loopback: its answers, statuses and headers, and on demand its failures. */
export const startOmdb = async ({ key, port = 0, quotaAfter }: OmdbOptions): Promise<OmdbStandIn> => {
  const keyring = makeApiKeyUsage(key, quotaAfter)
  const script = makeOmdbRules()
  let calls: Array<OmdbCall> = []

  const record = (imdbId: string | null, { reply, keyAccepted, scripted }: Decision): void => {
    calls.push({
      at: new Date().toISOString(),
      ...(imdbId !== null && { imdbId }),
      keyAccepted,
      ...(scripted !== undefined && { failure: scripted }),
      ...(typeof reply !== "string" && { status: reply.answer.status })
    })
  }

  const serve = (request: IncomingMessage, response: ServerResponse): void => {
    const url = URL.parse(request.url ?? "", "http://127.0.0.1")
    if (url?.pathname !== "/") return void response.writeHead(404).end()
    if (request.method !== "GET") return void response.writeHead(405, { Allow: "GET" }).end()
    const decision = decide(url.searchParams, request.headers["user-agent"], keyring, script)
    record(url.searchParams.get("i"), decision)
    deliver(decision.reply, response)
  }

  const { url, close } = await listenOnLoopback(serve, port)
  return {
    url,
    close,
    get calls() {
      return calls
    },
    addRule: script.add,
    setKeys: keyring.replace,
    reset: () => {
      script.clear()
      keyring.resetUsage()
      calls = []
    }
  }
}

/** One key, or all that are good at the same time while one replaces another. */
export type ApiKeys = string | ReadonlySet<string>

export type KeyVerdict = "missing" | "invalid" | "overLimit" | "accepted"

export interface ApiKeyUsage {
  readonly use: (key: string | null) => KeyVerdict
  readonly replace: (keys: ApiKeys) => void
  readonly resetUsage: () => void
}

/** OMDb counts the calls of each key on its own; `quotaAfter` calls are a key's day. */
export const makeApiKeyUsage = (keys: ApiKeys, quotaAfter = Number.POSITIVE_INFINITY): ApiKeyUsage => {
  const setOf = (some: ApiKeys) => (typeof some === "string" ? new Set([some]) : new Set(some))
  const used = new Map<string, number>()
  let accepted = setOf(keys)
  return {
    use: (key) => {
      if (key === null || key === "") return "missing"
      if (!accepted.has(key)) return "invalid"
      const calls = (used.get(key) ?? 0) + 1
      used.set(key, calls)
      return calls > quotaAfter ? "overLimit" : "accepted"
    },
    replace: (next) => {
      accepted = setOf(next)
    },
    resetUsage: () => used.clear()
  }
}

export interface Decision {
  readonly reply: Reply
  readonly keyAccepted: boolean
  readonly scripted?: OmdbFailure["kind"]
}

const refused = (answer: OmdbResponse): Decision => ({ reply: atOnce(answer), keyAccepted: false })

/** What a call gets, in the order in which the real one finds it out: Cloudflare, the web server, the key, the id. */
export const decide = (
  params: URLSearchParams,
  userAgent: string | undefined,
  keyring: ApiKeyUsage,
  script: OmdbRules
): Decision => {
  if (!userAgent) return refused(blocked)
  if ([...params].flat().some((text) => text.includes("<"))) return refused(serverError)
  const verdict = keyring.use(params.get("apikey"))
  if (verdict === "missing") return refused(noKey)
  if (verdict === "invalid") return refused(invalidKey)
  if (verdict === "overLimit") return { reply: atOnce(quota), keyAccepted: true }
  const failure = script.nextFailure(params.get("i"))
  if (failure) return { reply: failing(failure, params), keyAccepted: true, scripted: failure.kind }
  return { reply: atOnce(defaultResponse(params)), keyAccepted: true }
}

/** An answer and how late it comes, or one of the two ways to give none. */
export type Reply = { readonly answer: OmdbResponse; readonly afterMs: number } | "hang" | "reset"

export const atOnce = (answer: OmdbResponse): Reply => ({ answer, afterMs: 0 })

const fixed = { quota, invalidKey, unknownMovie, errorGettingData, blocked }

export const failing = (failure: OmdbFailure, params: URLSearchParams): Reply => {
  switch (failure.kind) {
    case "hang":
    case "reset":
      return failure.kind
    case "slow":
      return { answer: defaultResponse(params), afterMs: failure.delayMs }
    case "malformed":
      return atOnce(malformed(defaultResponse(params), failure.by))
    case "anotherMovie":
      return atOnce(responseForId(failure.imdbId))
    case "unavailable":
      return atOnce(unavailable[failure.status])
    case "custom": {
      const usual = json(failure.status, failure.body)
      if (failure.contentType === undefined) return atOnce(usual)
      return atOnce({ ...usual, headers: { ...usual.headers, "Content-Type": failure.contentType } })
    }
    default:
      return atOnce(fixed[failure.kind])
  }
}

export const deliver = (reply: Reply, response: ServerResponse): void => {
  if (reply === "hang") return
  if (reply === "reset") {
    response.socket?.resetAndDestroy()
    return
  }
  const { answer, afterMs } = reply
  const send = () => {
    response.writeHead(answer.status, answer.headers).end(answer.body)
  }
  if (afterMs === 0) {
    send()
    return
  }
  const timer = setTimeout(send, afterMs)
  response.once("close", () => clearTimeout(timer))
}
