import { createHash } from "node:crypto"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { CreatedResource, ResourceDeclaration } from "../../engine/resourceMonitor.ts"
import type { Cloud } from "../cloud/startCloud.ts"
import type { Iam } from "../iam/Iam.ts"
import type { RedrivePermissions } from "../iam/RedrivePermissions.ts"
import type { Lambda } from "../lambda/Lambda.ts"

/** What stands before any resource is made. */
export interface EmulatedServices {
  readonly cloud: Cloud
  readonly lambda: Lambda
  readonly iam: Iam
  readonly redriveRules: RedrivePermissions
}

/** Where resources are made. */
export interface EmulatedAccount extends EmulatedServices {
  /** The name AWS would know a resource by: Pulumi's automatic one, the same for the same stack and logical name. */
  readonly physicalName: (declaration: ResourceDeclaration) => string
  readonly arn: (service: string, resource: string) => string
}

/** Seven hexadecimal digits behind the logical name, as Pulumi's AWS provider does, but from the URN instead of chance. */
export const physicalName = (declaration: ResourceDeclaration): string => {
  const digits = createHash("sha256").update(declaration.urn).digest("hex").slice(0, 7)
  const suffix = declaration.inputs["fifoQueue"] === true ? ".fifo" : ""
  return `${declaration.name}-${digits}${suffix}`
}

export const makeEmulatedAccount = (ground: EmulatedServices): EmulatedAccount => ({
  ...ground,
  physicalName,
  arn: (service, resource) => `arn:aws:${service}:${ground.cloud.region}:${ground.cloud.accountId}:${resource}`
})

/** How the local cloud makes one type of resource. */
export interface ResourceType {
  /** Inputs that are taken in, checked and left without effect here, such as a lifecycle rule. */
  readonly declaredOnly: ReadonlyArray<string>
  readonly create: (declaration: ResourceDeclaration, account: EmulatedAccount) => Promise<CreatedResource>
}

/** What a resource is made from: its emulated inputs, decoded, and its names. */
export interface CreateRequest<I> {
  readonly inputs: I
  /** The name in the program. */
  readonly name: string
  /** The name in the cloud. */
  readonly physicalName: string
  readonly account: EmulatedAccount
}

/**
 * A type of resource: the inputs that are emulated, those only declared, and how it is made. An input in neither list
 * refuses the resource, so nothing that the program says is dropped in silence.
 */
export const resourceType = <F extends Schema.Struct.Fields>(
  emulated: F,
  declaredOnly: ReadonlyArray<string>,
  create: (making: CreateRequest<Schema.Struct.Type<F>>) => Promise<CreatedResource> | CreatedResource
): ResourceType => {
  const known = new Set([...Object.keys(emulated), ...declaredOnly])
  const decode = Schema.decodeUnknownResult(Schema.Struct(emulated) as unknown as Schema.Codec<Schema.Struct.Type<F>>)
  return {
    declaredOnly,
    create: async (declaration, account) => {
      const where = `${declaration.type} "${declaration.name}"`
      const unknown = Object.keys(declaration.inputs).find((input) => !known.has(input))
      if (unknown !== undefined) {
        throw new Error(
          `${where} has the input "${unknown}", which the local cloud neither emulates nor lists as declared only. ` +
            "Add it to its kind in local/provider/."
        )
      }
      const inputs = decode(declaration.inputs)
      if (Result.isFailure(inputs)) throw new Error(`${where}: ${String(inputs.failure)}`)
      return create({
        inputs: inputs.success,
        name: declaration.name,
        physicalName: account.physicalName(declaration),
        account
      })
    }
  }
}

/** A type of resource with no effect here at all. */
export const declaredOnly = (...inputs: ReadonlyArray<string>): ResourceType =>
  resourceType({}, inputs, ({ physicalName }) => ({ id: physicalName, outputs: {} }))
