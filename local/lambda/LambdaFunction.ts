import { createHash, randomUUID } from "node:crypto"
import { mkdirSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { performance } from "node:perf_hooks"
import { pathToFileURL } from "node:url"
import { ExecutionEnvironment } from "./ExecutionEnvironment.ts"
import type { LambdaCloud } from "./LambdaCloud.ts"
import type { InvocationResult, LambdaEvents } from "./LambdaEvents.ts"
import type { RuntimeOptions } from "./runtime.ts"
import type { SqsRecord } from "./SqsBatch.ts"

export interface FunctionDefinition {
  readonly name: string
  readonly arn: string
  readonly roleArn: string
  /** The deployment package: path inside it to bytes. */
  readonly code: ReadonlyMap<string, Uint8Array>
  /** `module.export`, say `index.handler` for `index.mjs`. */
  readonly handler: string
  readonly timeoutSeconds: number
  readonly memoryMb: number
  readonly environment: Readonly<Record<string, string>>
  /** As `loggingConfig` names it; else Lambda's own `/aws/lambda/<name>`. */
  readonly logGroupName?: string
}

/** What Lambda does with a function's log under its role: a stream per environment, events per invocation. */
export type OnLogWrite = (
  action: "CreateLogStream" | "PutLogEvents",
  log: { readonly roleArn: string; readonly logGroup: string; readonly logStream: string }
) => void

export interface InvocationSummary {
  readonly count: number
  readonly errors: number
  readonly maxMs: number
}

/** A deployed function and its execution environments: as many as run at once, the last used taken first. */
export class LambdaFunction {
  readonly definition: FunctionDefinition
  readonly #cloud: LambdaCloud
  readonly #events: LambdaEvents
  readonly #writesLog: OnLogWrite
  readonly #module: string
  readonly #environments = new Set<ExecutionEnvironment>()
  readonly #idle: Array<ExecutionEnvironment> = []
  #summary: InvocationSummary = { count: 0, errors: 0, maxMs: 0 }
  #stopped = false

  constructor(
    definition: FunctionDefinition,
    directory: string,
    cloud: LambdaCloud,
    events: LambdaEvents,
    writesLog: OnLogWrite
  ) {
    this.definition = definition
    this.#cloud = cloud
    this.#events = events
    this.#writesLog = writesLog
    for (const [path, bytes] of definition.code) {
      const file = join(directory, path)
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, bytes)
    }
    this.#module = pathToFileURL(join(directory, moduleOf(definition))).href
  }

  get summary(): InvocationSummary {
    return this.#summary
  }

  async invoke(
    event: unknown,
    { requestId = randomUUID(), records }: { requestId?: string; records?: ReadonlyArray<SqsRecord> } = {}
  ): Promise<InvocationResult> {
    const name = this.definition.name
    this.#events.emit("invocationStarted", { function: name, requestId, ...(records && { records }) })
    const environment = this.#idle.pop() ?? this.#startEnvironment()
    await environment.initialised()
    const startedAt = performance.now()
    const answer = await environment.invoke(requestId, JSON.stringify(event), this.definition.timeoutSeconds * 1000)
    const ms = Math.round(performance.now() - startedAt)
    if (this.#environments.has(environment)) this.#idle.push(environment)
    if (!this.#stopped) {
      this.#log("PutLogEvents", environment.logStream)
      const { count, errors, maxMs } = this.#summary
      this.#summary = { count: count + 1, errors: errors + (answer.ok ? 0 : 1), maxMs: Math.max(maxMs, ms) }
      this.#events.emit("invocationEnded", {
        function: name,
        requestId,
        ms,
        ...(!answer.ok && { error: answer.error })
      })
    }
    return { ...answer, requestId }
  }

  /** Ends every environment there and then, as when its host fails: what runs in one fails, and the next start is cold. */
  async kill(): Promise<void> {
    this.#idle.length = 0
    await Promise.all(Array.from(this.#environments, (environment) => environment.terminate()))
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await this.kill()
  }

  #startEnvironment(): ExecutionEnvironment {
    const runtime = this.#runtime()
    this.#log("CreateLogStream", runtime.logStreamName)
    const environment: ExecutionEnvironment = new ExecutionEnvironment({
      runtime,
      variables: this.#variables(),
      onLogLine: (line) => this.#events.emit("logLine", { function: this.definition.name, line }),
      onEnd: () => {
        this.#environments.delete(environment)
        const at = this.#idle.indexOf(environment)
        if (at >= 0) this.#idle.splice(at, 1)
      }
    })
    this.#environments.add(environment)
    return environment
  }

  get #logGroup(): string {
    return this.definition.logGroupName ?? `/aws/lambda/${this.definition.name}`
  }

  #log(action: "CreateLogStream" | "PutLogEvents", logStream: string): void {
    this.#writesLog(action, { roleArn: this.definition.roleArn, logGroup: this.#logGroup, logStream })
  }

  #runtime(): RuntimeOptions {
    const { name, arn, handler, memoryMb } = this.definition
    return {
      module: this.#module,
      exportName: handler.slice(handler.lastIndexOf(".") + 1),
      functionName: name,
      functionArn: arn,
      memoryMb,
      logGroupName: this.#logGroup,
      logStreamName: `[$LATEST]${createHash("md5").update(randomUUID()).digest("hex")}`
    }
  }

  /** All that the handler finds in `process.env`: nothing of the host's leaks in, a developer's AWS profile least. */
  #variables(): Record<string, string> {
    const { accessKeyId, secretAccessKey } = this.#cloud.credentialsFor(this.definition.roleArn)
    return {
      ...this.definition.environment,
      AWS_REGION: this.#cloud.region,
      AWS_ENDPOINT_URL: this.#cloud.endpoint,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_LAMBDA_FUNCTION_NAME: this.definition.name,
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(this.definition.memoryMb),
      AWS_CONFIG_FILE: "/dev/null",
      AWS_SHARED_CREDENTIALS_FILE: "/dev/null"
    }
  }
}

const moduleOf = ({ name, handler, code }: FunctionDefinition) => {
  const stem = handler.slice(0, handler.lastIndexOf("."))
  const file = [`${stem}.mjs`, `${stem}.js`, `${stem}.cjs`].find((candidate) => code.has(candidate))
  if (file === undefined) throw new Error(`Function ${name}: its code holds no ${stem}.mjs for the handler ${handler}`)
  return file
}
