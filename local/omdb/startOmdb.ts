import type { IncomingMessage, ServerResponse } from "node:http"
import { listenOnLoopback } from "../cloud/listenOnLoopback.ts"
import { type Decision, decide } from "./decide.ts"
import { type Keys, makeKeyring } from "./keyring.ts"
import type { Failure, OmdbRule } from "./OmdbRule.ts"
import { deliver } from "./reply.ts"
import { makeScript } from "./script.ts"

export interface OmdbOptions {
  readonly key: Keys
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
  readonly scripted?: Failure["kind"]
  /** Absent: the call got no answer. */
  readonly status?: number
}

export interface OmdbStandIn {
  readonly url: string
  /** In order of arrival, since the start or the last `reset()`. */
  readonly calls: ReadonlyArray<OmdbCall>
  /** `onMet` is called before each answer that the rule gives. */
  readonly script: (rule: OmdbRule, onMet?: () => void) => void
  readonly setKeys: (key: Keys) => void
  /** A new day with no troubles: forgets rules, calls and what each key has used up. */
  readonly reset: () => void
  /** Ends every connection at once, unanswered calls too. */
  readonly close: () => Promise<void>
}

/** OMDb's API by id on loopback: its answers, statuses and headers, and on demand its failures. */
export const startOmdb = async ({ key, port = 0, quotaAfter }: OmdbOptions): Promise<OmdbStandIn> => {
  const keyring = makeKeyring(key, quotaAfter)
  const script = makeScript()
  let calls: Array<OmdbCall> = []

  const record = (imdbId: string | null, { reply, keyAccepted, scripted }: Decision): void => {
    calls.push({
      at: new Date().toISOString(),
      ...(imdbId !== null && { imdbId }),
      keyAccepted,
      ...(scripted !== undefined && { scripted }),
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
    script: script.add,
    setKeys: keyring.replace,
    reset: () => {
      script.clear()
      keyring.startNewDay()
      calls = []
    }
  }
}
