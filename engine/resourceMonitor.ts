import * as grpc from "@grpc/grpc-js"
import type { IResourceMonitorServer } from "@pulumi/pulumi/proto/resource_grpc_pb.js"
import resource from "@pulumi/pulumi/proto/resource_pb.js"
import empty from "google-protobuf/google/protobuf/empty_pb.js"
import struct from "google-protobuf/google/protobuf/struct_pb.js"
import { decodeProperties, encodeProperties, type Properties } from "./Properties.ts"

/** A resource as the program declares it. */
export interface ResourceDeclaration {
  readonly urn: string
  /** Pulumi's type token, such as `aws:sqs/queue:Queue`. */
  readonly type: string
  /** The logical name. */
  readonly name: string
  /** The URN of the component or stack that contains it. */
  readonly parent: string
  /** A component has no provider: it groups other resources. */
  readonly component: boolean
  readonly inputs: Properties
  /** Names of the inputs that hold a secret. */
  readonly secrets: ReadonlySet<string>
  /** URNs of `dependsOn` and of the resources whose outputs its inputs contain. */
  readonly dependencies: ReadonlyArray<string>
  /** The URNs that it had before. */
  readonly aliases: ReadonlyArray<string>
  readonly protect: boolean
  readonly retainOnDelete: boolean
}

export interface CreatedResource {
  readonly id: string
  /** Outputs beyond the inputs. */
  readonly outputs: Properties
}

export interface RegisteredResource extends ResourceDeclaration, CreatedResource {}

/** Creates a resource. What it throws refuses the resource and ends the program. */
export type CreateResource = (declaration: ResourceDeclaration) => Promise<CreatedResource>

const urnOf = (request: resource.RegisterResourceRequest, stack: { name: string; project: string }) => {
  const [head] = request.getParent().split("::").slice(2, 3)
  const parentType = head === undefined || head === "pulumi:pulumi:Stack" ? "" : `${head}$`
  return `urn:pulumi:${stack.name}::${stack.project}::${parentType}${request.getType()}::${request.getName()}`
}

const unsupported =
  <Request, Response>(method: string): grpc.handleUnaryCall<Request, Response> =>
  (_, reply) =>
    reply({ code: grpc.status.UNIMPLEMENTED, details: `This engine does not support ${method}.` })

/** Pulumi's ResourceMonitor service, and what the program in the folder `root` has registered so far. */
export const makeResourceMonitor = (
  createResource: CreateResource,
  stack: { readonly name: string; readonly project: string; readonly root: string }
) => {
  const resources: Array<RegisteredResource> = []
  const refusals: Array<string> = []
  let outputs: Properties = {}

  const declarationOf = (request: resource.RegisterResourceRequest): ResourceDeclaration => {
    const { properties, secrets } = decodeProperties(request.getObject()?.toJavaScript() ?? {}, stack.root)
    return {
      urn: urnOf(request, stack),
      type: request.getType(),
      name: request.getName(),
      parent: request.getParent(),
      component: !request.getCustom(),
      inputs: properties,
      secrets,
      dependencies: request.getDependenciesList(),
      aliases: request.getAliasurnsList(),
      protect: request.getProtect() === true,
      retainOnDelete: request.getRetainondelete() === true
    }
  }

  const register = async (request: resource.RegisterResourceRequest) => {
    const declaration = declarationOf(request)
    const created = declaration.component ? { id: "", outputs: {} } : await createResource(declaration)
    resources.push({ ...declaration, ...created })
    const response = new resource.RegisterResourceResponse()
    response.setUrn(declaration.urn)
    response.setId(created.id)
    const object = encodeProperties({ ...declaration.inputs, ...created.outputs }, declaration.secrets)
    response.setObject(struct.Struct.fromJavaScript(object as Parameters<typeof struct.Struct.fromJavaScript>[0]))
    return response
  }

  const service: IResourceMonitorServer = {
    getDeploymentInfo: (_, reply) => {
      const info = new resource.DeploymentInfo()
      info.setSupportedfeaturesList([resource.ResourceMonitorFeature.RESOURCE_MONITOR_FEATURE_SECRETS])
      reply(null, info)
    },
    supportsFeature: (call, reply) => {
      const response = new resource.SupportsFeatureResponse()
      response.setHassupport(call.request.getId() === "secrets")
      reply(null, response)
    },
    registerResource: (call, reply) => {
      register(call.request).then(
        (response) => reply(null, response),
        (cause: unknown) => {
          const details = cause instanceof Error ? cause.message : String(cause)
          refusals.push(details)
          reply({ code: grpc.status.INVALID_ARGUMENT, details })
        }
      )
    },
    registerResourceOutputs: (call, reply) => {
      if (call.request.getUrn().includes("::pulumi:pulumi:Stack::")) {
        outputs = decodeProperties(call.request.getOutputs()?.toJavaScript() ?? {}, stack.root).properties
      }
      reply(null, new empty.Empty())
    },
    signalAndWaitForShutdown: (_, reply) => reply(null, new empty.Empty()),
    invoke: unsupported("look-ups (invoke)"),
    call: unsupported("call"),
    readResource: unsupported("look-ups (get)"),
    existsResource: unsupported("existsResource"),
    registerStackTransform: unsupported("transforms"),
    registerStackInvokeTransform: unsupported("transforms"),
    registerResourceHook: unsupported("hooks"),
    registerErrorHook: unsupported("hooks"),
    registerPackage: unsupported("packages")
  }
  return { service, resources, refusals, outputs: () => outputs }
}
