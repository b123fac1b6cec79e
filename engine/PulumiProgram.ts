import { spawn } from "node:child_process"
import { createRequire } from "node:module"
import * as grpc from "@grpc/grpc-js"
import type { IEngineServer } from "@pulumi/pulumi/proto/engine_grpc_pb.js"
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb.js"
import engine from "@pulumi/pulumi/proto/engine_pb.js"
import { ResourceMonitorService } from "@pulumi/pulumi/proto/resource_grpc_pb.js"
import empty from "google-protobuf/google/protobuf/empty_pb.js"
import type { Properties } from "./Properties.ts"
import { type CreateResource, makeResourceMonitor, type RegisteredResource } from "./resourceMonitor.ts"

export interface ProgramOptions {
  /** The program's root: where Pulumi.yaml lies. */
  readonly root: string
  readonly project: string
  readonly stack: string
  /** `project:key` to value, as `pulumi config` would hand it to the program. */
  readonly config: Readonly<Record<string, string>>
  readonly secretKeys: ReadonlyArray<string>
  readonly createResource: CreateResource
  readonly signal: AbortSignal
}

export interface PulumiProgram {
  readonly resources: ReadonlyArray<RegisteredResource>
  readonly outputs: Properties
}

/** The program ended with an error of its own, or asked for something that the engine or the registrar refused. */
export class ProgramFailed extends Error {
  override readonly name = "ProgramFailed"
}

const languageRuntime = createRequire(import.meta.url).resolve("@pulumi/pulumi/cmd/run/index.js")

const listen = (server: grpc.Server) =>
  new Promise<number>((resolve, reject) =>
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) =>
      error === null ? resolve(port) : reject(error)
    )
  )

/** What the language runtime inherits: a way to find programs, and nothing of the developer's AWS or Pulumi settings. */
const environment = (options: ProgramOptions) => ({
  PATH: process.env["PATH"],
  HOME: process.env["HOME"],
  PULUMI_NODEJS_TYPESCRIPT: "false",
  PULUMI_CONFIG: JSON.stringify(options.config),
  PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(options.secretKeys)
})

const runLanguageRuntime = (options: ProgramOptions, address: string) =>
  new Promise<{ code: number | null; stderr: string }>((resolve, reject) => {
    const child = spawn(
      process.execPath,
      [
        `--import=${import.meta.resolve("./exitWithParent.ts")}`,
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
      // A group of its own: a terminal's Ctrl-C reaches only us, and the signal ends it.
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

/**
 * Runs the Pulumi program with Pulumi's own Node language runtime, in place of the `pulumi` command: each resource it
 * registers is handed to the registrar, whose answer is what the next resource gets.
 */
export const runProgram = async (options: ProgramOptions): Promise<PulumiProgram> => {
  const server = new grpc.Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 })
  const state = makeResourceMonitor(options.createResource, { name: options.stack, project: options.project })
  const seen: Array<Diagnostic> = []
  server.addService(ResourceMonitorService, state.service)
  server.addService(EngineService, makeEngineService(seen))
  const port = await listen(server)
  try {
    const { code, stderr } = await runLanguageRuntime(options, `127.0.0.1:${port}`)
    options.signal.throwIfAborted()
    const errors = seen.filter((diagnostic) => diagnostic.severity === "error")
    if (state.refusals.length > 0) throw new ProgramFailed(state.refusals.join("\n"))
    if (code !== 0 || errors.length > 0) {
      const said = errors.map((diagnostic) => diagnostic.message.trim()).join("\n")
      throw new ProgramFailed(said === "" ? stderr.trim() || `The program ended with code ${code}.` : said)
    }
    return { resources: state.resources, outputs: state.outputs() }
  } finally {
    server.forceShutdown()
  }
}

/** What the program logged: `pulumi.log.*`, warnings of the SDK, its own failure. */
export interface Diagnostic {
  readonly severity: "debug" | "info" | "warning" | "error"
  readonly message: string
}

const severities = ["debug", "info", "warning", "error"] as const

/** Pulumi's Engine service: collects what the program says, and remembers the stack's root resource. */
export const makeEngineService = (into: Array<Diagnostic>): grpc.UntypedServiceImplementation & IEngineServer => {
  let root = ""
  return {
    log: (call, reply) => {
      into.push({ severity: severities[call.request.getSeverity()] ?? "info", message: call.request.getMessage() })
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
