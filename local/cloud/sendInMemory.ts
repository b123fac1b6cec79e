import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage, type Server } from "node:http"
import { duplexPair } from "node:stream"
import { buffer } from "node:stream/consumers"
import type { Reply } from "./Service.ts"

interface Question {
  readonly method: string
  readonly target: string
  readonly headers: IncomingHttpHeaders
  readonly body?: Buffer | string
}

const ofOneHop = new Set(["connection", "keep-alive", "transfer-encoding", "expect"])

const endToEnd = (headers: IncomingHttpHeaders): Reply["headers"] =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined || ofOneHop.has(name) ? [] : [[name, value]]
    )
  )

/**
 * Asks an HTTP server that listens on no address at all: the two ends are in-memory streams. Unlike Fastify's `inject`
 * it leaves `..` in the target alone.
 */
export const sendInMemory = async (
  server: Server,
  { method, target, headers, body = "" }: Question
): Promise<Reply> => {
  const [theirs, ours] = duplexPair()
  server.emit("connection", theirs)
  const asking = httpRequest({
    method,
    path: target,
    headers: { ...endToEnd(headers), "content-length": Buffer.byteLength(body) },
    createConnection: () => ours
  })
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    asking.once("response", resolve).once("error", reject)
  })
  asking.end(body)
  const answer = await answered
  return { status: answer.statusCode ?? 500, headers: endToEnd(answer.headers), body: await buffer(answer) }
}
