import { createInterface } from "node:readline"
import { Worker } from "node:worker_threads"
import type { FunctionError } from "./LambdaEvents.ts"
import type { InvokeMessage, RuntimeMessage, RuntimeOptions } from "./runtime.ts"

/** Lambda's own limit on initialisation, which its timeout setting does not touch. */
const initialisationMs = 10_000

export interface EnvironmentOptions {
  readonly runtime: RuntimeOptions
  readonly variables: Readonly<Record<string, string>>
  readonly onLogLine: (line: string) => void
  /** Called once, when the worker has ended. */
  readonly onEnd: () => void
}

type InvocationReply =
  | { readonly ok: true; readonly payload: unknown }
  | { readonly ok: false; readonly error: FunctionError }
type Ended = { readonly type: "ended"; readonly exitCode: number }

/** One worker thread: it initialises once, then handles one invocation at a time until it ends. */
export class ExecutionEnvironment {
  readonly #options: EnvironmentOptions
  readonly #worker: Worker
  readonly #initialised: Promise<RuntimeMessage | Ended>
  #settle: (message: RuntimeMessage | Ended) => void = () => {}
  #crash: FunctionError | undefined
  #outOfMemory = false
  #timedOutAfterMs: number | undefined

  constructor(options: EnvironmentOptions) {
    this.#options = options
    this.#worker = new Worker(new URL("./runtime.ts", import.meta.url), {
      workerData: options.runtime,
      // In profiles, and where CPU is counted by thread.
      name: options.runtime.functionName,
      env: { ...options.variables },
      // Without these the worker inherits the host's flags.
      argv: [],
      execArgv: [],
      stdout: true,
      stderr: true,
      resourceLimits: heapLimits(options.runtime.memoryMb)
    })
    for (const input of [this.#worker.stdout, this.#worker.stderr]) {
      createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY }).on("line", options.onLogLine)
    }
    this.#initialised = this.#nextWithin(initialisationMs)
    this.#worker.on("message", (message: RuntimeMessage) => {
      if (message.type === "crashed") this.#crash = message.error
      // A reply that arrives while the worker is being terminated is too late, as on Lambda.
      else if (this.#timedOutAfterMs === undefined) this.#settle(message)
    })
    this.#worker.on("error", (cause) => {
      if (cause instanceof Error && "code" in cause && cause.code === "ERR_WORKER_OUT_OF_MEMORY") {
        this.#outOfMemory = true
      }
    })
    this.#worker.on("exit", (exitCode) => {
      this.#settle({ type: "ended", exitCode })
      options.onEnd()
    })
  }

  /** Resolves when the bundle is loaded; the next invocation reports a failed initialisation. */
  async initialised(): Promise<void> {
    await this.#initialised
  }

  get logStream(): string {
    return this.#options.runtime.logStreamName
  }

  async invoke(requestId: string, event: string, timeoutMs: number): Promise<InvocationReply> {
    const initialisation = await this.#initialised
    if (initialisation.type !== "ready") return this.#toReply(initialisation, requestId)
    const message: InvokeMessage = { requestId, event, deadline: Date.now() + timeoutMs }
    const next = this.#nextWithin(timeoutMs)
    this.#worker.postMessage(message)
    return this.#toReply(await next, requestId)
  }

  async terminate(): Promise<void> {
    await this.#worker.terminate()
  }

  /** Terminates the worker after the limit; the promise then resolves with the worker's end. */
  #nextWithin(limitMs: number): Promise<RuntimeMessage | Ended> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#timedOutAfterMs = limitMs
        void this.#worker.terminate()
      }, limitMs)
      this.#settle = (message) => {
        clearTimeout(timer)
        this.#settle = () => {}
        resolve(message)
      }
    })
  }

  #toReply(message: RuntimeMessage | Ended, requestId: string): InvocationReply {
    if (message.type === "succeeded") return { ok: true, payload: JSON.parse(message.payload) }
    if (message.type === "failed") return { ok: false, error: message.error }
    if (this.#crash !== undefined) return { ok: false, error: this.#crash }
    const error = this.#exitError(message.type === "ended" ? message.exitCode : 0, requestId)
    this.#options.onLogLine(error.errorMessage)
    return { ok: false, error }
  }

  #exitError(exitCode: number, requestId: string): FunctionError {
    const error = (errorType: string, detail: string): FunctionError => ({
      errorType,
      errorMessage: `RequestId: ${requestId} Error: ${detail}`
    })
    if (this.#timedOutAfterMs !== undefined) {
      const seconds = (this.#timedOutAfterMs / 1000).toFixed(2)
      return error("Sandbox.Timedout", `Task timed out after ${seconds} seconds`)
    }
    if (this.#outOfMemory) {
      return error("Runtime.OutOfMemory", "Runtime exited with error: signal: killed")
    }
    return error("Runtime.ExitError", exitStatus(exitCode))
  }
}

/**
 * Lambda's Node runtime gives a tenth of the memory setting to young objects (two semi-spaces, of which V8 has three)
 * and the rest to old ones. V8's larger default would also let a host of many workers abort more easily: past the
 * limit, a worker has 16 MB left until it must be terminated.
 */
const heapLimits = (memoryMb: number) => ({
  maxOldGenerationSizeMb: Math.floor(memoryMb * 0.9),
  maxYoungGenerationSizeMb: Math.floor(memoryMb * 0.15)
})

const exitStatus = (code: number) =>
  code === 0 ? "Runtime exited without providing a reason" : `Runtime exited with error: exit status ${code}`
