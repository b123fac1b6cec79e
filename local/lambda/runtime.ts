/** Lambda's Node runtime, in a worker thread: loads the bundle, then handles one invocation at a time. */
import { parentPort, workerData } from "node:worker_threads"
import type { FunctionError } from "./LambdaEvents.ts"

/** The runtime's settings, passed when the worker starts. */
export interface RuntimeOptions {
  /** The handler's module, as a file URL. */
  readonly module: string
  readonly exportName: string
  readonly functionName: string
  readonly functionArn: string
  readonly memoryMb: number
  readonly logGroupName: string
  readonly logStreamName: string
}

export interface InvokeMessage {
  readonly requestId: string
  /** JSON, as on AWS: the handler never shares an object with its caller. */
  readonly event: string
  /** Epoch milliseconds at which the function's timeout ends. */
  readonly deadline: number
}

/** After `crashed` the worker ends; after `failed` it stays warm. */
export type RuntimeMessage =
  | { readonly type: "ready" }
  | { readonly type: "succeeded"; readonly payload: string }
  | { readonly type: "failed"; readonly error: FunctionError }
  | { readonly type: "crashed"; readonly error: FunctionError }

const options: RuntimeOptions = workerData
const port = parentPort
if (port === null) throw new Error("The Lambda runtime runs only in a worker thread.")

type Handler = (event: unknown, context: object) => unknown

const runtimeError = (name: string, message: string) => Object.assign(new Error(message), { name })

const describe = (cause: unknown): FunctionError =>
  cause instanceof Error
    ? { errorType: cause.name, errorMessage: cause.message, trace: (cause.stack ?? "").split("\n") }
    : { errorType: typeof cause, errorMessage: String(cause) }

/** Resolves when the host has every line written so far: a result must not arrive before its invocation's log. */
const logsDelivered = async () => {
  for (const stream of [process.stdout, process.stderr]) {
    await new Promise<void>((resolve) => stream.write("", () => resolve()))
  }
}

const reply = async (message: RuntimeMessage) => {
  await logsDelivered()
  port.postMessage(message)
}

const crash = (title: string, error: FunctionError) => {
  console.error(`${title}\t${JSON.stringify(error)}`)
  const message: RuntimeMessage = { type: "crashed", error }
  port.postMessage(message)
  process.exit(1)
}

const loadHandler = async (): Promise<Handler> => {
  const module: Record<string, unknown> = await import(options.module)
  const handler = module[options.exportName]
  if (typeof handler !== "function") {
    throw runtimeError("Runtime.HandlerNotFound", `${options.exportName} is undefined or not exported`)
  }
  return (event, context) => handler(event, context)
}

const contextOf = ({ requestId, deadline }: InvokeMessage) => ({
  awsRequestId: requestId,
  functionName: options.functionName,
  functionVersion: "$LATEST",
  invokedFunctionArn: options.functionArn,
  memoryLimitInMB: String(options.memoryMb),
  logGroupName: options.logGroupName,
  logStreamName: options.logStreamName,
  getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now())
})

const serialized = (payload: unknown) => {
  try {
    return JSON.stringify(payload) ?? "null"
  } catch {
    throw runtimeError("Runtime.JSONStringifyError", "Unable to stringify response body")
  }
}

const invoke = async (handler: Handler, message: InvokeMessage): Promise<RuntimeMessage> => {
  try {
    return { type: "succeeded", payload: serialized(await handler(JSON.parse(message.event), contextOf(message))) }
  } catch (cause) {
    const error = describe(cause)
    console.error(`Invoke Error\t${JSON.stringify(error)}`)
    return { type: "failed", error }
  }
}

process.on("uncaughtException", (cause) => crash("Uncaught Exception", describe(cause)))
process.on("unhandledRejection", (reason) => {
  const error = { ...describe(reason), errorType: "Runtime.UnhandledPromiseRejection" }
  crash("Unhandled Promise Rejection", { ...error, errorMessage: String(reason) })
})

try {
  const handler = await loadHandler()
  port.on("message", async (message: InvokeMessage) => reply(await invoke(handler, message)))
  await reply({ type: "ready" })
} catch (cause) {
  crash("Init Error", describe(cause))
}
