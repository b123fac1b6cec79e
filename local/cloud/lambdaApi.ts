import type { InvocationResult } from "../lambda/LambdaEvents.ts"
import { pathOf, queryOf } from "./protocol.ts"
import { AwsError, accountId, type Reply, type Request, type Service } from "./Service.ts"

/** Runs the account's functions, for calls of the Lambda API. */
export interface FunctionHost {
  readonly has: (name: string) => boolean
  readonly invoke: (name: string, event: unknown) => Promise<InvocationResult>
  /** Returns the request id. */
  readonly invokeAsync: (name: string, event: unknown) => string
}

const noFunction = (name: string): never => {
  throw new Error(`There is no function ${name}.`)
}

export const noFunctions: FunctionHost = { has: () => false, invoke: noFunction, invokeAsync: noFunction }

const invocationPath = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/

const readFunctionName = ({ method, target }: Request): string => {
  const [, name] = invocationPath.exec(pathOf(target)) ?? []
  if (method !== "POST" || name === undefined || queryOf(target).has("Qualifier")) {
    const message = "Of the Lambda API, the local cloud implements only Invoke, without a qualifier."
    throw new AwsError(404, "UnknownOperationException", message)
  }
  return name
}

/** The largest event in bytes, by invocation type. */
const maxEventBytes = { RequestResponse: 6_291_456, Event: 1_048_576 } as const
type InvocationType = keyof typeof maxEventBytes

const isInvocationType = (text: string): text is InvocationType => Object.hasOwn(maxEventBytes, text)

const readInvocationType = ({ headers }: Request): InvocationType => {
  const type = headers["x-amz-invocation-type"]?.toString() ?? "RequestResponse"
  if (!isInvocationType(type)) {
    throw new AwsError(400, "InvalidParameterValueException", `${type} is not an invocation type.`)
  }
  if ((headers["x-amz-log-type"] ?? "None") !== "None") {
    throw new AwsError(400, "InvalidParameterValueException", "The local cloud returns no log: omit LogType.")
  }
  return type
}

const readEvent = ({ body }: Request, type: InvocationType): unknown => {
  if (body.length > maxEventBytes[type]) {
    const message = `Request must be smaller than ${maxEventBytes[type]} bytes for the InvokeFunction operation`
    throw new AwsError(413, "RequestTooLargeException", message)
  }
  try {
    return body.length === 0 ? {} : JSON.parse(body.toString())
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause)
    throw new AwsError(400, "InvalidRequestContentException", `Could not parse request body into json: ${detail}`)
  }
}

const replyWith = (status: number, requestId: string, headers: Record<string, string>, body?: unknown): Reply => ({
  status,
  headers: { "content-type": "application/json", "x-amzn-requestid": requestId, ...headers },
  body: Buffer.from(body === undefined ? "" : JSON.stringify(body))
})

const invoke = async (host: FunctionHost, name: string, type: InvocationType, event: unknown): Promise<Reply> => {
  if (type === "Event") return replyWith(202, host.invokeAsync(name, event), {})
  const result = await host.invoke(name, event)
  const headers = { "x-amz-executed-version": "$LATEST" }
  if (result.ok) return replyWith(200, result.requestId, headers, result.payload ?? null)
  const { errorType, errorMessage, trace } = result.error
  // Node's runtime reports every error as unhandled, including those that the handler throws.
  const failed = { ...headers, "x-amz-function-error": "Unhandled" }
  return replyWith(200, result.requestId, failed, { errorType, errorMessage, ...(trace && { trace }) })
}

/** Lambda's Invoke, and no other operation of its API. */
export const makeLambdaApi =
  (region: string, host: () => FunctionHost): Service =>
  (request) => {
    const name = readFunctionName(request)
    const arn = `arn:aws:lambda:${region}:${accountId}:function:${name}`
    return {
      name: "Invoke",
      permissions: [{ action: "lambda:InvokeFunction", resources: [arn] }],
      run: () => {
        if (!host().has(name)) {
          throw new AwsError(404, "ResourceNotFoundException", `Function not found: ${arn}`)
        }
        const type = readInvocationType(request)
        return invoke(host(), name, type, readEvent(request, type))
      }
    }
  }
