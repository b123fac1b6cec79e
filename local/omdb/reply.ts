import type { ServerResponse } from "node:http"
import {
  type Answer,
  blocked,
  errorGettingData,
  invalidKey,
  json,
  malformed,
  quota,
  unavailable,
  unknownMovie
} from "./answers.ts"
import { aboutId, usualAnswer } from "./movies.ts"
import type { Failure } from "./OmdbRule.ts"

/** An answer and how late it comes, or one of the two ways to give none. */
export type Reply = { readonly answer: Answer; readonly afterMs: number } | "hang" | "reset"

export const atOnce = (answer: Answer): Reply => ({ answer, afterMs: 0 })

const fixed = { quota, invalidKey, unknownMovie, errorGettingData, blocked }

export const failing = (failure: Failure, params: URLSearchParams): Reply => {
  switch (failure.kind) {
    case "hang":
    case "reset":
      return failure.kind
    case "slow":
      return { answer: usualAnswer(params), afterMs: failure.delayMs }
    case "malformed":
      return atOnce(malformed(usualAnswer(params), failure.by))
    case "anotherMovie":
      return atOnce(aboutId(failure.imdbId))
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
