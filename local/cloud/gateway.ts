import type { IncomingMessage, RequestListener, ServerResponse } from "node:http"
import { finished } from "node:stream/promises"
import { setImmediate } from "node:timers/promises"
import { AwsError, notSigned, toErrorReply, tooLarge, unknownAccessKey } from "./AwsError.ts"
import type { ExecuteCall } from "./executeCall.ts"
import { type Principals, readSigningScope } from "./requestSigning.ts"
import type { Reply, Request, Service, ServiceName } from "./Service.ts"

/** fauxqs takes no longer body, where S3 itself takes 5 GB. */
const maxBodyBytes = 11 * 1024 * 1024

const bodyOf = async (incoming: IncomingMessage, service: ServiceName): Promise<Buffer> => {
  const chunks: Array<Buffer> = []
  let length = 0
  // Read to the end even when it is too much: a caller that is still sending would not see the refusal.
  for await (const chunk of incoming) {
    length += chunk.length
    if (length <= maxBodyBytes) chunks.push(chunk)
  }
  if (length > maxBodyBytes) throw tooLarge(service)
  return Buffer.concat(chunks)
}

/** One full turn of the event loop, in which a caller's hanging up that has already happened becomes known. */
const aTurn = async (): Promise<void> => {
  await setImmediate()
  await setImmediate()
}

const send = async (
  reply: Reply,
  method: string | undefined,
  response: ServerResponse,
  gone: AbortSignal
): Promise<void> => {
  if (reply.onUndelivered !== undefined) await aTurn()
  if (gone.aborted) return reply.onUndelivered?.()
  try {
    const bodyless = method === "HEAD" || reply.status === 204 || reply.status === 304
    response.writeHead(reply.status, { ...reply.headers, ...(!bodyless && { "content-length": reply.body.length }) })
    response.end(bodyless ? undefined : reply.body)
    await finished(response)
  } catch {
    await reply.onUndelivered?.()
  }
}

const hungUp = (response: ServerResponse): AbortSignal => {
  const hanging = new AbortController()
  response.once("close", () => hanging.abort())
  return hanging.signal
}

interface Parts {
  readonly services: Readonly<Record<ServiceName, Service>>
  readonly principals: Principals
  readonly perform: ExecuteCall
}

/** One address for every service: who is asked, and by whom, stands in the request's signature. */
export const makeGateway = ({ services, principals, perform }: Parts): RequestListener => {
  const answer = async (incoming: IncomingMessage, gone: AbortSignal): Promise<Reply | "reset"> => {
    const { method = "GET", url: target = "/", headers } = incoming
    // A page served from elsewhere has no business here; only browsers send the header.
    const { origin, host } = headers
    if (origin !== undefined && origin !== `http://${host}`) {
      return { status: 403, headers: {}, body: Buffer.from("This address is not for web pages.\n") }
    }
    // Until the signature tells, a refusal takes the form that its reader is likely to know.
    let service: ServiceName = headers["x-amz-target"] === undefined ? "s3" : "secretsmanager"
    try {
      const scope = readSigningScope(target, headers)
      if (scope === undefined) throw notSigned(service)
      const { region, accessKeyId } = scope
      service = scope.service
      const body = await bodyOf(incoming, service)
      const principal = principals.withKey(accessKeyId)
      if (principal === undefined) throw unknownAccessKey(service)
      const request: Request = { method, target, headers, region, body, disconnected: gone }
      const operation = services[service](request)
      return await perform({ principalArn: principal.arn, service, operation, region, body })
    } catch (error) {
      if (error instanceof AwsError) return toErrorReply(service, error)
      throw error
    }
  }

  return async (incoming, response) => {
    const gone = hungUp(response)
    try {
      const reply = await answer(incoming, gone)
      if (reply === "reset") incoming.socket.resetAndDestroy()
      else await send(reply, incoming.method, response, gone)
    } catch {
      response.destroy()
    }
  }
}
