import { randomUUID } from "node:crypto"
import type { InvocationResult } from "../lambda/LambdaEvents.ts"
import { pathOf, queryOf } from "./protocol.ts"
import { AwsError, accountId, type Reply, type Request, type Service } from "./Service.ts"

/** Runs the account's functions, for calls of the Lambda API. */
export interface FunctionHost {
  readonly list: () => ReadonlyArray<FunctionConfiguration>
  readonly has: (name: string) => boolean
  readonly invoke: (name: string, event: unknown) => Promise<InvocationResult>
  /** Returns the request id. */
  readonly invokeAsync: (name: string, event: unknown) => string
}

/** What AWS calls the configuration of a function, in part. */
export interface FunctionConfiguration {
  readonly FunctionName: string
  readonly FunctionArn: string
  readonly Role: string
  readonly Handler: string
  readonly Runtime: string
  readonly Timeout: number
  readonly MemorySize: number
  readonly CodeSize: number
  readonly LastModified: string
  readonly Environment: { readonly Variables: Readonly<Record<string, string>> }
  readonly LoggingConfig: { readonly LogFormat: string; readonly LogGroup: string }
}

const noFunction = (name: string): never => {
  throw new Error(`There is no function ${name}.`)
}

export const noFunctions: FunctionHost = {
  list: () => [],
  has: () => false,
  invoke: noFunction,
  invokeAsync: noFunction
}

const functionPath = /^\/2015-03-31\/functions(?:\/([^/]*)(\/[a-z]+)?)?$/

/** By method and path. */
const operations: Readonly<Record<string, string>> = {
  "POST /invocations": "Invoke",
  "GET /configuration": "GetFunctionConfiguration",
  "GET function": "GetFunction",
  "GET list": "ListFunctions",
  "GET settings": "GetAccountSettings"
}

const readOperation = ({ method, target }: Request) => {
  const path = pathOf(target).replace(/\/$/, "")
  const [matched, name = "", part = name === "" ? "list" : "function"] = functionPath.exec(path) ?? []
  const kind = path === "/2016-08-19/account-settings" ? "settings" : matched === undefined ? "" : part
  const operation = operations[`${method} ${kind}`]
  if (operation === undefined || queryOf(target).has("Qualifier")) {
    const implemented = Object.values(operations).join(", ")
    const message = `Of the Lambda API, the local cloud implements ${implemented}, without a qualifier.`
    throw new AwsError(404, "UnknownOperationException", message)
  }
  return { operation, name: decodeURIComponent(name).replace(/^arn:.*:function:/, "") }
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

/** Lambda's default of an account in a region. */
const accountSettings = { AccountLimit: { ConcurrentExecutions: 1000, UnreservedConcurrentExecutions: 1000 } }

/** The operations of Lambda's API that run and describe functions. */
export const makeLambdaApi =
  (region: string, host: () => FunctionHost): Service =>
  (request) => {
    const { operation, name } = readOperation(request)
    const isOfAccount = operation === "ListFunctions" || operation === "GetAccountSettings"
    const arn = `arn:aws:lambda:${region}:${accountId}:function:${name}`
    return {
      name: operation,
      permissions: [
        {
          action: `lambda:${operation === "Invoke" ? "InvokeFunction" : operation}`,
          resources: [isOfAccount ? "*" : arn]
        }
      ],
      run: async () => {
        if (operation === "GetAccountSettings") return replyWith(200, randomUUID(), {}, accountSettings)
        if (operation === "ListFunctions") return replyWith(200, randomUUID(), {}, { Functions: host().list() })
        if (!host().has(name)) {
          throw new AwsError(404, "ResourceNotFoundException", `Function not found: ${arn}`)
        }
        if (operation !== "Invoke") {
          const found = host()
            .list()
            .find(({ FunctionName }) => FunctionName === name)
          return replyWith(200, randomUUID(), {}, operation === "GetFunction" ? { Configuration: found } : found)
        }
        const type = readInvocationType(request)
        return invoke(host(), name, type, readEvent(request, type))
      }
    }
  }
