import { AwsError, wrongRegion } from "./AwsError.ts"
import { pathOf, queryOf } from "./protocol.ts"
import { accountId, type Reply, type Request, type Service } from "./Service.ts"

/** How an invocation ended. */
export type InvocationResult =
  | { readonly ok: true; readonly requestId: string; readonly payload: unknown }
  | {
      readonly ok: false
      readonly requestId: string
      readonly error: {
        readonly errorType: string
        readonly errorMessage: string
        readonly trace?: ReadonlyArray<string>
      }
    }

/** Who runs the account's functions: the cloud takes the calls of Lambda's API and knows nothing of how. */
export interface FunctionHost {
  readonly has: (name: string) => boolean
  readonly invoke: (name: string, event: unknown) => Promise<InvocationResult>
  /** Returns the request id. */
  readonly invokeAsync: (name: string, event: unknown) => string
}

/** An account without functions. */
export const noFunctions: FunctionHost = {
  has: () => false,
  invoke: (name) => Promise.reject(new Error(`There is no function ${name}.`)),
  invokeAsync: (name) => {
    throw new Error(`There is no function ${name}.`)
  }
}

interface Asked {
  readonly name: string
  readonly qualifier: string | undefined
}

const invocations = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/
/** A name, a partial or a whole ARN, each with or without a version or alias. */
const functionName = /^(?:(?:arn:aws:lambda:[a-z0-9-]+:)?\d{12}:function:)?([A-Za-z0-9_-]+)(?::([A-Za-z0-9$_-]+))?$/

const askedOf = ({ method, target }: Request): Asked => {
  const [, given] = invocations.exec(pathOf(target)) ?? []
  if (method !== "POST" || given === undefined) {
    throw new AwsError(404, "UnknownOperationException", "Of Lambda, the local cloud knows the operation Invoke only.")
  }
  const [, name, ofName] = functionName.exec(given.replace(/%3A/gi, ":").replaceAll("%24", "$")) ?? []
  if (name === undefined) throw new AwsError(400, "ValidationException", `${given} is not the name of a function.`)
  return { name, qualifier: queryOf(target).get("Qualifier") ?? ofName }
}

/** In bytes: a synchronous event, and one that is queued. */
const longest = { RequestResponse: 6_291_456, Event: 1_048_576, DryRun: 6_291_456 } as const
type InvocationType = keyof typeof longest

const isInvocationType = (text: string): text is InvocationType => Object.hasOwn(longest, text)

const header = ({ headers }: Request, name: string): string | undefined => headers[name]?.toString()

const typeOf = (request: Request): InvocationType => {
  const type = header(request, "x-amz-invocation-type") ?? "RequestResponse"
  if (!isInvocationType(type)) {
    throw new AwsError(400, "InvalidParameterValueException", `There is no invocation type ${type}.`)
  }
  if ((header(request, "x-amz-log-type") ?? "None") !== "None") {
    throw new AwsError(400, "InvalidParameterValueException", "The local cloud answers with no log: leave LogType out.")
  }
  return type
}

const eventOf = ({ body }: Request, type: InvocationType): unknown => {
  if (body.length > longest[type]) {
    const message = `Request must be smaller than ${longest[type]} bytes for the InvokeFunction operation`
    throw new AwsError(413, "RequestTooLargeException", message)
  }
  try {
    return body.length === 0 ? {} : JSON.parse(body.toString())
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new AwsError(400, "InvalidRequestContentException", `Could not parse request body into json: ${why}`)
  }
}

const reply = (status: number, requestId: string, more: Readonly<Record<string, string>>, body: unknown): Reply => ({
  status,
  headers: { "content-type": "application/json", "x-amzn-requestid": requestId, ...more },
  body: Buffer.from(body === undefined ? "" : JSON.stringify(body))
})

const executed = { "x-amz-executed-version": "$LATEST" }

const invoke = async (host: FunctionHost, name: string, type: InvocationType, event: unknown): Promise<Reply> => {
  if (type === "DryRun") return reply(204, "dry-run", {}, undefined)
  if (type === "Event") return reply(202, host.invokeAsync(name, event), {}, undefined)
  const answer = await host.invoke(name, event)
  if (answer.ok) return reply(200, answer.requestId, executed, answer.payload ?? null)
  const { errorType, errorMessage, trace } = answer.error
  // Node's runtime reports every error as unhandled, those that the handler threw too.
  const failed = { ...executed, "x-amz-function-error": "Unhandled" }
  return reply(200, answer.requestId, failed, { errorType, errorMessage, ...(trace && { trace }) })
}

/** Lambda's Invoke, for what the host runs; nothing else of Lambda's API. */
export const makeLambdaApi =
  (region: string, host: () => FunctionHost): Service =>
  (request) => {
    if (request.region !== region) throw wrongRegion("lambda", request.region)
    const { name, qualifier } = askedOf(request)
    const arn = `arn:aws:lambda:${region}:${accountId}:function:${name}${qualifier === undefined ? "" : `:${qualifier}`}`
    return {
      name: "Invoke",
      permissions: [{ action: "lambda:InvokeFunction", resources: [arn] }],
      context: {},
      run: () => {
        if (!host().has(name) || (qualifier ?? "$LATEST") !== "$LATEST") {
          throw new AwsError(404, "ResourceNotFoundException", `Function not found: ${arn}`)
        }
        const type = typeOf(request)
        return invoke(host(), name, type, eventOf(request, type))
      }
    }
  }
