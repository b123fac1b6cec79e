import { spawn } from "node:child_process"
import { createRequire } from "node:module"
import { stripVTControlCharacters } from "node:util"
import * as grpc from "@grpc/grpc-js"
import { EngineService, type IEngineServer } from "@pulumi/pulumi/proto/engine_grpc_pb.js"
import engine from "@pulumi/pulumi/proto/engine_pb.js"
import { ResourceMonitorService } from "@pulumi/pulumi/proto/resource_grpc_pb.js"
import empty from "google-protobuf/google/protobuf/empty_pb.js"
import type { Properties } from "./Properties.ts"
import { type CreateResource, makeResourceMonitor, type RegisteredResource } from "./resourceMonitor.ts"

export interface ProgramOptions {
  /** The folder of Pulumi.yaml and index.ts. */
  readonly root: string
  readonly project: string
  readonly stack: string
  /** Values by `project:key`, as the `pulumi` command passes them to a program. */
  readonly config: Readonly<Record<string, string>>
  readonly secretKeys: ReadonlyArray<string>
  readonly createResource: CreateResource
  /** The URL of a module that is loaded before Pulumi and the program. */
  readonly loadedBefore?: string
  readonly signal: AbortSignal
}

/** What a program declared. */
export interface PulumiProgram {
  readonly resources: ReadonlyArray<RegisteredResource>
  readonly outputs: Properties
  /** The warnings that it logged. */
  readonly warnings: ReadonlyArray<string>
}

/** The program or its stack file is invalid, the program threw, or a resource or a call was refused. */
export class ProgramFailed extends Error {
  override readonly name = "ProgramFailed"
}

/**
 * Runs a Pulumi program with Pulumi's own Node language runtime, in place of the `pulumi` command. Each resource that
 * it registers is passed to `createResource`, which returns the resource's outputs.
 */
export const runProgram = async (options: ProgramOptions): Promise<PulumiProgram> => {
  const server = new grpc.Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 })
  const monitor = makeResourceMonitor(options.createResource, { ...options, name: options.stack })
  const loggedErrors: Array<string> = []
  const warnings: Array<string> = []
  server.addService(ResourceMonitorService, monitor.service)
  server.addService(EngineService, makeEngineService(loggedErrors, warnings))
  const port = await listen(server)
  try {
    const { code, stderr } = await runLanguageRuntime(options, `127.0.0.1:${port}`)
    options.signal.throwIfAborted()
    if (monitor.refusals.length > 0) throw new ProgramFailed([...new Set(monitor.refusals)].join("\n"))
    if (code !== 0 || loggedErrors.length > 0) {
      const message = loggedErrors.join("\n") || stderr.trim() || `The program exited with code ${code}.`
      throw new ProgramFailed(withoutSerialization(stripVTControlCharacters(message)))
    }
    return { resources: monitor.resources, outputs: monitor.outputs(), warnings }
  } finally {
    server.forceShutdown()
  }
}

/** The error of an input that is a rejected promise, without the trace through Pulumi's own code that it comes with. */
const withoutSerialization = (message: string): string =>
  /(?:error serializing property "[^"]*": )+(.*?)(?=\n\s+at |$)/s.exec(message)?.[1] ?? message

const listen = (server: grpc.Server) =>
  new Promise<number>((resolve, reject) =>
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) =>
      error === null ? resolve(port) : reject(error)
    )
  )

/** Pulumi's Engine service: collects the errors and warnings that the program logs and keeps the URN of the stack's root resource. */
const makeEngineService = (
  errors: Array<string>,
  warnings: Array<string>
): grpc.UntypedServiceImplementation & IEngineServer => {
  let root = ""
  return {
    log: (call, reply) => {
      const message = call.request.getMessage().trim()
      if (call.request.getSeverity() === engine.LogSeverity.ERROR) errors.push(message)
      if (call.request.getSeverity() === engine.LogSeverity.WARNING) warnings.push(message)
      reply(null, new empty.Empty())
    },
    getRootResource: (_, reply) => {
      const response = new engine.GetRootResourceResponse()
      response.setUrn(root)
      reply(null, response)
    },
    setRootResource: (call, reply) => {
      root = call.request.getUrn()
      reply(null, new engine.SetRootResourceResponse())
    },
    startDebugging: (_, reply) => reply(null, new empty.Empty()),
    requirePulumiVersion: (_, reply) => reply(null, new engine.RequirePulumiVersionResponse())
  }
}

const languageRuntime = createRequire(import.meta.url).resolve("@pulumi/pulumi/cmd/run/index.js")

const runLanguageRuntime = (options: ProgramOptions, address: string) =>
  new Promise<{ code: number | null; stderr: string }>((resolve, reject) => {
    const child = spawn(
      process.execPath,
      [
        ...(options.loadedBefore === undefined ? [] : [`--import=${options.loadedBefore}`]),
        `--import=${import.meta.resolve("./prepareLanguageRuntime.ts")}`,
        languageRuntime,
        `--project=${options.project}`,
        `--stack=${options.stack}`,
        `--pwd=${options.root}`,
        `--root-directory=${options.root}`,
        "--parallel=64",
        `--monitor=${address}`,
        `--engine=${address}`,
        "index.ts"
      ],
      // A process group of its own: a terminal's Ctrl-C reaches only this process, which then kills the child.
      { cwd: options.root, env: environment(options), stdio: ["ignore", "ignore", "pipe", "ipc"], detached: true }
    )
    const kill = () => child.kill("SIGKILL")
    options.signal.addEventListener("abort", kill, { once: true })
    let stderr = ""
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      stderr += text
    })
    child.once("error", reject)
    child.once("close", (code) => {
      options.signal.removeEventListener("abort", kill)
      resolve({ code, stderr })
    })
  })

/** The child's environment: nothing of the developer's AWS or Pulumi settings. */
const environment = (options: ProgramOptions) => ({
  PATH: process.env["PATH"],
  HOME: process.env["HOME"],
  NODE_COMPILE_CACHE: process.env["NODE_COMPILE_CACHE"],
  PULUMI_NODEJS_TYPESCRIPT: "false",
  PULUMI_CONFIG: JSON.stringify(options.config),
  PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(options.secretKeys)
})
