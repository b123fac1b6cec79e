import type { IncomingMessage, RequestListener, ServerResponse } from "node:http"
import { notSigned, toErrorReply, tooLarge, unknownAccessKey, wrongRegion } from "./awsErrors.ts"
import type { ExecuteCall } from "./executeCall.ts"
import { type Principals, readSigningScope } from "./requestSigning.ts"
import type { Reply, Service, ServiceName } from "./Service.ts"
import { AwsError } from "./Service.ts"

/** In bytes, for a request to any service. Above what the pipeline stores, and a bound for memory: S3 accepts 5 GB. */
export const maxBodyBytes = 64 * 1024 * 1024

const readBody = async (incoming: IncomingMessage, service: ServiceName): Promise<Buffer> => {
  const chunks: Array<Buffer> = []
  let length = 0
  // Read to the end even if it is too large: a client that is still sending does not read the error reply.
  for await (const chunk of incoming) {
    length += chunk.length
    if (length <= maxBodyBytes) chunks.push(chunk)
  }
  if (length > maxBodyBytes) throw tooLarge(service)
  return Buffer.concat(chunks)
}

const send = ({ status, headers, body }: Reply, method: string | undefined, response: ServerResponse): void => {
  const bodyless = method === "HEAD" || status === 204 || status === 304
  response.writeHead(status, { ...headers, ...(!bodyless && { "content-length": body.length }) })
  response.end(bodyless ? undefined : body)
}

interface Dependencies {
  readonly services: Readonly<Record<ServiceName, Service>>
  readonly principals: Principals
  readonly executeCall: ExecuteCall
  readonly region: string
}

/** One address for all services: the signature of a request names the service and the caller. */
export const makeGateway = ({ services, principals, executeCall, region }: Dependencies): RequestListener => {
  const replyTo = async (incoming: IncomingMessage): Promise<Reply | "reset"> => {
    const { method = "GET", url: target = "/", headers } = incoming
    // Only browsers send the header: a web page of another origin must not reach the local cloud.
    const { origin, host } = headers
    if (origin !== undefined && origin !== `http://${host}`) {
      return { status: 403, headers: {}, body: Buffer.from("Requests from web pages of another origin are refused.\n") }
    }
    // Until the signing scope is read, errors have the wire format that the client probably uses.
    let service: ServiceName = headers["x-amz-target"] === undefined ? "s3" : "secretsmanager"
    try {
      const scope = readSigningScope(headers)
      if (scope === undefined) throw notSigned(service)
      service = scope.service
      const body = await readBody(incoming, service)
      const principal = principals.withAccessKeyId(scope.accessKeyId)
      if (principal === undefined) throw unknownAccessKey(service)
      if (service !== "s3" && scope.region !== region) throw wrongRegion(scope.region)
      const operation = services[service]({ method, target, headers, region: scope.region, body })
      return await executeCall({ principalArn: principal.arn, service, operation, region: scope.region, body })
    } catch (error) {
      if (error instanceof AwsError) return toErrorReply(service, error)
      throw error
    }
  }

  return async (incoming, response) => {
    try {
      const reply = await replyTo(incoming)
      if (reply === "reset") incoming.socket.resetAndDestroy()
      else send(reply, incoming.method, response)
    } catch {
      response.destroy()
    }
  }
}
