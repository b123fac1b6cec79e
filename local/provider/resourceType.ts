import { createHash } from "node:crypto"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { CreatedResource, ResourceDeclaration } from "../../engine/resourceMonitor.ts"
import type { Cloud } from "../cloud/startCloud.ts"
import type { Iam } from "../iam/Iam.ts"
import type { Lambda } from "../lambda/Lambda.ts"

/** The emulated services that resources are created in. */
export interface EmulatedAccount {
  readonly cloud: Cloud
  readonly lambda: Lambda
  readonly iam: Iam
}

export const arnIn = ({ cloud }: EmulatedAccount, service: string, resource: string): string =>
  `arn:aws:${service}:${cloud.region}:${cloud.accountId}:${resource}`

/**
 * The logical name with seven hexadecimal digits, as Pulumi's AWS provider names resources. The digits are a hash of
 * the URN instead of random ones, so that a resource has the same name in every run.
 */
export const physicalName = ({ urn, name, inputs }: ResourceDeclaration): string => {
  const digits = createHash("sha256").update(urn).digest("hex").slice(0, 7)
  return `${name}-${digits}${inputs["fifoQueue"] === true ? ".fifo" : ""}`
}

export interface CreateRequest<Inputs> {
  /** The emulated inputs, decoded. */
  readonly inputs: Inputs
  readonly physicalName: string
  readonly account: EmulatedAccount
}

/** Creates a resource of one type. */
export type ResourceType = (declaration: ResourceDeclaration, account: EmulatedAccount) => Promise<CreatedResource>

/**
 * A type of resource: the inputs that are emulated, those that are only declared (accepted without an effect, such as a
 * lifecycle rule), and how a resource is created. An input in neither list is an error, so that no part of the program
 * is ignored without notice.
 */
export const resourceType = <F extends Schema.Struct.Fields>(
  emulated: F,
  declaredOnly: ReadonlyArray<string>,
  create: (request: CreateRequest<Schema.Struct.Type<F>>) => Promise<CreatedResource> | CreatedResource
): ResourceType => {
  const known = new Set([...Object.keys(emulated), ...declaredOnly])
  const decode = Schema.decodeUnknownResult(Schema.Struct(emulated) as unknown as Schema.Codec<Schema.Struct.Type<F>>)
  return async (declaration, account) => {
    const resource = `${declaration.type} "${declaration.name}"`
    const unknown = Object.keys(declaration.inputs).find((input) => !known.has(input))
    if (unknown !== undefined) {
      throw new Error(
        `${resource} has the input "${unknown}", which the local cloud neither emulates nor lists as declared only. ` +
          "Add it to its resource type in local/provider/."
      )
    }
    const inputs = decode(declaration.inputs)
    if (Result.isFailure(inputs)) throw new Error(`${resource}: ${String(inputs.failure)}`)
    return create({ inputs: inputs.success, physicalName: physicalName(declaration), account })
  }
}

/** A type of resource of which no input is emulated. */
export const declaredOnlyType = (...inputs: ReadonlyArray<string>): ResourceType =>
  resourceType({}, inputs, ({ physicalName }) => ({ id: physicalName, outputs: {} }))
