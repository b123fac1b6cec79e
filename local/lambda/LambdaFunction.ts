import { createHash, randomUUID } from "node:crypto"
import { performance } from "node:perf_hooks"
import type { SQSRecord } from "aws-lambda"
import type { FunctionConfiguration } from "../cloud/lambdaApi.ts"
import { type FunctionDefinition, writePackage } from "./deploymentPackage.ts"
import { ExecutionEnvironment } from "./ExecutionEnvironment.ts"
import type { FunctionError, InvocationResult } from "./LambdaEvents.ts"
import type { PlatformContext } from "./PlatformContext.ts"
import type { RuntimeOptions } from "./runtime.ts"

/** Called when Lambda writes a function's log under its role: a stream per environment, events per invocation. */
export type OnLogWrite = (
  action: "CreateLogStream" | "PutLogEvents",
  log: { readonly roleArn: string; readonly logGroup: string; readonly logStream: string }
) => void

export interface InvocationSummary {
  readonly count: number
  readonly errors: number
  readonly maxMs: number
}

/** A deployed function and its execution environments: one per concurrent invocation, the idle ones used again. */
export class LambdaFunction {
  #definition: FunctionDefinition
  readonly #context: PlatformContext
  readonly #onLogWrite: OnLogWrite
  readonly #directory: string
  #module: string
  #updates = 0
  readonly #outdated = new WeakSet<ExecutionEnvironment>()
  #deployedAt = new Date().toISOString()
  readonly #environments = new Set<ExecutionEnvironment>()
  readonly #idle: Array<ExecutionEnvironment> = []
  #summary: InvocationSummary = { count: 0, errors: 0, maxMs: 0 }
  #stopped = false

  constructor(definition: FunctionDefinition, directory: string, context: PlatformContext, onLogWrite: OnLogWrite) {
    this.#definition = definition
    this.#directory = directory
    this.#context = context
    this.#onLogWrite = onLogWrite
    this.#module = writePackage(definition, directory)
  }

  get definition(): FunctionDefinition {
    return this.#definition
  }

  /** Later invocations use this deployment package; running ones end with the one before. */
  async updateCode(code: FunctionDefinition["code"]): Promise<void> {
    this.#updates += 1
    this.#definition = { ...this.#definition, code }
    this.#deployedAt = new Date().toISOString()
    this.#module = writePackage(this.#definition, `${this.#directory}-${this.#updates}`)
    for (const environment of this.#environments) this.#outdated.add(environment)
    await Promise.all(this.#idle.splice(0).map((environment) => environment.terminate()))
  }

  get configuration(): FunctionConfiguration {
    const { name, arn, roleArn, handler, timeoutSeconds, memoryMb, environment, code, logGroupName } = this.definition
    return {
      ...{ FunctionName: name, FunctionArn: arn, Role: roleArn, Handler: handler, Runtime: "nodejs24.x" },
      ...{ Timeout: timeoutSeconds, MemorySize: memoryMb },
      CodeSize: Array.from(code.values()).reduce((sum, { length }) => sum + length, 0),
      LastModified: this.#deployedAt,
      Environment: { Variables: environment },
      LoggingConfig: { LogFormat: "JSON", LogGroup: logGroupName }
    }
  }

  get summary(): InvocationSummary {
    return this.#summary
  }

  async invoke(
    event: unknown,
    { requestId = randomUUID(), records }: { requestId?: string; records?: ReadonlyArray<SQSRecord> } = {}
  ): Promise<InvocationResult> {
    const name = this.definition.name
    this.#context.events.emit("invocationStarted", { function: name, requestId, ...(records && { records }) })
    const environment = this.#takeIdle() ?? this.#startEnvironment()
    await environment.initialised()
    const startedAt = performance.now()
    const reply = await environment.invoke(requestId, JSON.stringify(event), this.definition.timeoutSeconds * 1000)
    const ms = Math.round(performance.now() - startedAt)
    if (this.#outdated.has(environment)) void environment.terminate()
    else if (this.#environments.has(environment)) this.#idle.push(environment)
    if (!this.#stopped) {
      this.#writeLog(environment, platformReport(requestId, ms, reply))
      this.#log("PutLogEvents", environment.logStream)
      const { count, errors, maxMs } = this.#summary
      this.#summary = { count: count + 1, errors: errors + (reply.ok ? 0 : 1), maxMs: Math.max(maxMs, ms) }
      this.#context.events.emit("invocationEnded", {
        function: name,
        requestId,
        ms,
        ...(!reply.ok && { error: reply.error })
      })
    }
    return { ...reply, requestId }
  }

  /** Terminates every environment, as when its host fails: running invocations fail, and the next start is cold. */
  async kill(): Promise<void> {
    this.#idle.length = 0
    await Promise.all(Array.from(this.#environments, (environment) => environment.terminate()))
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await this.kill()
  }

  #takeIdle(): ExecutionEnvironment | undefined {
    if (this.#idle.length === 0) return undefined
    return this.#idle.splice(this.#context.cloud.random.between(0, this.#idle.length - 1), 1)[0]
  }

  #startEnvironment(): ExecutionEnvironment {
    const runtime = this.#runtime()
    this.#log("CreateLogStream", runtime.logStreamName)
    const environment: ExecutionEnvironment = new ExecutionEnvironment({
      runtime,
      variables: this.#variables(),
      onLogLine: (line) => {
        this.#writeLog(environment, line)
        this.#context.events.emit("logLine", { function: this.definition.name, line })
      },
      onEnd: () => {
        this.#environments.delete(environment)
        const at = this.#idle.indexOf(environment)
        if (at >= 0) this.#idle.splice(at, 1)
      }
    })
    this.#environments.add(environment)
    return environment
  }

  #writeLog({ logStream }: ExecutionEnvironment, message: string): void {
    this.#context.cloud.logs.write(this.definition.logGroupName, logStream, message)
  }

  #log(action: "CreateLogStream" | "PutLogEvents", logStream: string): void {
    const { roleArn, logGroupName } = this.definition
    this.#onLogWrite(action, { roleArn, logGroup: logGroupName, logStream })
  }

  #runtime(): RuntimeOptions {
    const { name, arn, handler, memoryMb, logGroupName } = this.definition
    return {
      module: this.#module,
      exportName: handler.slice(handler.lastIndexOf(".") + 1),
      functionName: name,
      functionArn: arn,
      memoryMb,
      logGroupName,
      logStreamName: `[$LATEST]${createHash("md5").update(randomUUID()).digest("hex")}`
    }
  }

  /** The whole `process.env` of the handler: nothing of the host's, such as a developer's AWS profile, is in it. */
  #variables(): Record<string, string> {
    const { accessKeyId, secretAccessKey } = this.#context.cloud.credentialsFor(this.definition.roleArn)
    return {
      ...this.definition.environment,
      AWS_REGION: this.#context.cloud.region,
      AWS_ENDPOINT_URL: this.#context.cloud.endpoint,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_LAMBDA_FUNCTION_NAME: this.definition.name,
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(this.definition.memoryMb),
      AWS_CONFIG_FILE: "/dev/null",
      AWS_SHARED_CREDENTIALS_FILE: "/dev/null"
    }
  }
}

/** Lambda's own log event at the end of an invocation, with the JSON log format. */
const platformReport = (
  requestId: string,
  durationMs: number,
  reply: { readonly ok: boolean; readonly error?: FunctionError }
) => {
  const failed = reply.error?.errorType === "Sandbox.Timedout" ? "timeout" : "error"
  return JSON.stringify({
    time: new Date().toISOString(),
    type: "platform.report",
    record: { requestId, status: reply.ok ? "success" : failed, metrics: { durationMs } }
  })
}
