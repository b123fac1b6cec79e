import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage, type Server } from "node:http"
import { duplexPair } from "node:stream"
import { buffer } from "node:stream/consumers"
import type { Reply } from "./Service.ts"

interface RequestInit {
  readonly method: string
  readonly target: string
  readonly headers: IncomingHttpHeaders
  readonly body?: Buffer | string
}

const hopByHop = new Set(["connection", "keep-alive", "transfer-encoding", "expect"])

const endToEnd = (headers: IncomingHttpHeaders): Reply["headers"] =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined || hopByHop.has(name) ? [] : [[name, value]]
    )
  )

/**
 * Sends a request to an HTTP server that listens on no address: both ends of the connection are streams in memory.
 * Unlike Fastify's `inject` it does not fold `..` in the target.
 */
export const sendInMemory = async (
  server: Server,
  { method, target, headers, body = "" }: RequestInit
): Promise<Reply> => {
  const [serverSide, clientSide] = duplexPair()
  server.emit("connection", serverSide)
  const request = httpRequest({
    method,
    path: target,
    headers: { ...endToEnd(headers), "content-length": Buffer.byteLength(body) },
    createConnection: () => clientSide
  })
  const replied = new Promise<IncomingMessage>((resolve, reject) => {
    request.once("response", resolve).once("error", reject)
  })
  request.end(body)
  const response = await replied
  return { status: response.statusCode ?? 500, headers: endToEnd(response.headers), body: await buffer(response) }
}
