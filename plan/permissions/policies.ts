import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { RegisteredResource } from "../../engine/resourceMonitor.ts"
import { at, displayInputs, hiddenSecret, isList } from "../displayInputs.ts"
import { type ResourceIndex, resourceName } from "../resources.ts"

/** A policy and the resource that declares it. */
export interface AttachedPolicy {
  /** Its principals; undefined where its statements name them, as in the policy of a queue or a bucket. */
  readonly who: ReadonlyArray<string> | undefined
  readonly text: unknown
  readonly on: RegisteredResource
}

type Resources = ReadonlyArray<RegisteredResource>

/** The policies of a resource: a role's apply to the resources that use the role, others to the principals they name. */
export const attachedPolicies = (
  on: RegisteredResource,
  resources: Resources,
  index: ResourceIndex
): ReadonlyArray<AttachedPolicy> => {
  const { inputs, type, secrets } = on
  const role = type === "aws:iam/role:Role" ? on : type.startsWith("aws:iam/") && index.findByOutput(inputs["role"])
  const who = role ? roleUsers(role, resources, index) : [resourceName(on)]
  switch (type) {
    case "aws:iam/role:Role":
      return rolePolicies(on, who)
    case "aws:iam/rolePolicy:RolePolicy":
      return [{ who, text: secrets.has("policy") ? hiddenSecret : inputs["policy"], on }]
    case "aws:iam/rolePolicyAttachment:RolePolicyAttachment": {
      const arn = inputs["policyArn"]
      return [{ who, text: index.findByOutput(arn)?.inputs["policy"] ?? arn, on }]
    }
    case "aws:iam/policy:Policy":
      // Shown with the roles it is attached to; one that the program attaches to none is for people.
      return resources.some(({ inputs }) => index.findByOutput(inputs["policyArn"]) === on)
        ? []
        : [{ who: [resourceName(on)], text: inputs["policy"], on }]
    case "aws:lambda/permission:Permission":
      return [{ who: [String(inputs["principal"])], text: JSON.stringify(displayInputs(on)), on }]
    default:
      return Object.entries(inputs)
        .filter(([name, text]) => !secrets.has(name) && statementsOf(text) !== undefined)
        .map(([, text]) => ({ who: undefined, text, on }))
  }
}

/** The functions and schedules that use a role; the role itself where none does. */
const roleUsers = (
  role: RegisteredResource,
  resources: Resources,
  { findByOutput }: ResourceIndex
): ReadonlyArray<string> => {
  const users = resources.filter(({ type, inputs: { role: own, target } }) => {
    const roleArn = own ?? at(target, "roleArn")
    return !type.startsWith("aws:iam/") && roleArn !== undefined && findByOutput(roleArn) === role
  })
  return (users.length === 0 ? [role] : users).map(resourceName)
}

const rolePolicies = (on: RegisteredResource, who: ReadonlyArray<string>): ReadonlyArray<AttachedPolicy> => {
  const { assumeRolePolicy, inlinePolicies, managedPolicyArns } = on.inputs
  const inline = isList(inlinePolicies) ? inlinePolicies.map((each) => at(each, "policy") ?? each) : []
  const managed = isList(managedPolicyArns) ? managedPolicyArns : []
  return [
    ...(assumeRolePolicy === undefined ? [] : [{ who: undefined, text: assumeRolePolicy, on }]),
    ...[...inline, ...managed].map((text) => ({ who, text, on }))
  ]
}

const Strings = Schema.Union([Schema.String, Schema.Array(Schema.String)])

/** The elements of IAM's policy language that can be described; a statement with another element is shown as JSON. */
const Statement = Schema.Struct({
  Sid: Schema.optionalKey(Schema.String),
  Effect: Schema.Literals(["Allow", "Deny"]),
  Principal: Schema.optionalKey(Schema.Union([Schema.String, Schema.Record(Schema.String, Strings)])),
  Action: Strings,
  Resource: Schema.optionalKey(Strings),
  Condition: Schema.optionalKey(Schema.Record(Schema.String, Schema.Record(Schema.String, Strings)))
})
export type Statement = typeof Statement.Type

const PolicyDocument = Schema.Struct({ Statement: Schema.Union([Schema.Array(Schema.Json), Schema.Json]) })

const decodePolicy = Schema.decodeUnknownOption(Schema.fromJsonString(PolicyDocument))
const decodeStatement = Schema.decodeUnknownOption(Statement, { onExcessProperty: "error" })

/** The statements of a policy's JSON, `statement` only where it can be decoded; undefined where it is not a policy. */
export const statementsOf = (
  policy: unknown
): ReadonlyArray<{ readonly statement: Statement | undefined; readonly json: string }> | undefined =>
  Option.getOrUndefined(
    Option.map(decodePolicy(policy), ({ Statement: statements }) =>
      (Array.isArray(statements) ? statements : [statements]).map((each) => ({
        statement: Option.getOrUndefined(decodeStatement(each)),
        json: JSON.stringify(each)
      }))
    )
  )

export const listOf = (value: string | ReadonlyArray<string>): ReadonlyArray<string> =>
  typeof value === "string" ? [value] : value
