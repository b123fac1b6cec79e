import type * as grpc from "@grpc/grpc-js"
import type { IEngineServer } from "@pulumi/pulumi/proto/engine_grpc_pb.js"
import engine from "@pulumi/pulumi/proto/engine_pb.js"
import empty from "google-protobuf/google/protobuf/empty_pb.js"

/** What the program logged: `pulumi.log.*`, warnings of the SDK, its own failure. */
export interface Diagnostic {
  readonly severity: "debug" | "info" | "warning" | "error"
  readonly message: string
}

const severities = ["debug", "info", "warning", "error"] as const

/** Pulumi's Engine service: collects what the program says, and remembers the stack's root resource. */
export const diagnostics = (into: Array<Diagnostic>): grpc.UntypedServiceImplementation & IEngineServer => {
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
