import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { RegisteredResource } from "../../engine/resourceMonitor.ts"
import { hiddenSecret, isList, isRecord } from "../displayInputs.ts"
import { type ResourceIndex, resourceName } from "../resources.ts"

const Texts = Schema.Union([Schema.String, Schema.Array(Schema.String)])

/** What of IAM's policy language can be put in words here; the rest is shown as it is written. */
const Statement = Schema.Struct({
  Sid: Schema.optionalKey(Schema.String),
  Effect: Schema.Literals(["Allow", "Deny"]),
  Principal: Schema.optionalKey(Schema.Union([Schema.String, Schema.Record(Schema.String, Texts)])),
  Action: Texts,
  Resource: Schema.optionalKey(Texts),
  Condition: Schema.optionalKey(Schema.Record(Schema.String, Schema.Record(Schema.String, Texts)))
})
export type Statement = typeof Statement.Type

const PolicyDocument = Schema.Struct({ Statement: Schema.Union([Schema.Array(Schema.Json), Schema.Json]) })

const decodePolicy = Schema.decodeUnknownOption(Schema.fromJsonString(PolicyDocument))
const decodeStatement = Schema.decodeUnknownOption(Statement, { onExcessProperty: "error" })

/** The statements of a policy's JSON text, each decoded or as it is; undefined where the text is no policy. */
export const statementsOf = (
  policy: unknown
): ReadonlyArray<{ readonly statement?: Statement; readonly written: string }> | undefined =>
  Option.getOrUndefined(
    Option.map(decodePolicy(policy), ({ Statement: statements }) =>
      (Array.isArray(statements) ? statements : [statements]).map((written) => {
        const statement = Option.getOrUndefined(decodeStatement(written))
        return { written: JSON.stringify(written), ...(statement === undefined ? {} : { statement }) }
      })
    )
  )

export const texts = (value: string | ReadonlyArray<string> | undefined): ReadonlyArray<string> =>
  value === undefined ? [] : typeof value === "string" ? [value] : value

/** A policy's text; undefined is whoever its statements name, as in a policy of a queue or a bucket. */
export interface AttachedPolicy {
  readonly who: ReadonlyArray<string> | undefined
  readonly text: unknown
  readonly on: RegisteredResource
}

type Resources = ReadonlyArray<RegisteredResource>

/** The functions and schedules that run as a role: a role of nobody's speaks for itself. */
const holdersOf = (
  role: RegisteredResource,
  resources: Resources,
  { findByOutput: named }: ResourceIndex
): ReadonlyArray<string> => {
  const holders = resources.filter(({ type, inputs: { role: own, target } }) => {
    const roleArn = own ?? (isRecord(target) ? target["roleArn"] : undefined)
    return !type.startsWith("aws:iam/") && roleArn !== undefined && named(roleArn) === role
  })
  return holders.length === 0 ? [resourceName(role)] : holders.map(resourceName)
}

const ofRole = (role: RegisteredResource, who: ReadonlyArray<string>): ReadonlyArray<AttachedPolicy> => {
  const { assumeRolePolicy, inlinePolicies, managedPolicyArns } = role.inputs
  const inline = isList(inlinePolicies) ? inlinePolicies.map((each) => (isRecord(each) ? each["policy"] : each)) : []
  const managed = isList(managedPolicyArns) ? managedPolicyArns : []
  return [
    ...(assumeRolePolicy === undefined ? [] : [{ who: undefined, text: assumeRolePolicy, on: role }]),
    ...[...inline, ...managed].map((text) => ({ who, text, on: role }))
  ]
}

/** What `aws lambda add-permission` grants, written as the statement that it adds to the function's policy. */
const invocation = (permission: RegisteredResource, { findByOutput: named }: ResourceIndex): string => {
  const { action, principal, function: of, sourceArn } = permission.inputs
  return JSON.stringify({
    Statement: {
      Effect: "Allow",
      Principal: { Service: principal },
      Action: action,
      Resource: named(of)?.outputs["arn"] ?? of,
      ...(sourceArn === undefined ? {} : { Condition: { ArnLike: { "aws:SourceArn": sourceArn } } })
    }
  })
}

/** The policies that a resource carries: a role's for whoever runs as it, others for whom they name. */
export const attachedPolicies = (
  on: RegisteredResource,
  resources: Resources,
  nouns: ResourceIndex
): ReadonlyArray<AttachedPolicy> => {
  const { inputs, type, secrets } = on
  const role = type.startsWith("aws:iam/") ? nouns.findByOutput(inputs["role"]) : undefined
  const who = role === undefined ? [resourceName(on)] : holdersOf(role, resources, nouns)
  switch (type) {
    case "aws:iam/role:Role":
      return ofRole(on, holdersOf(on, resources, nouns))
    case "aws:iam/rolePolicy:RolePolicy":
      return [{ who, text: secrets.has("policy") ? hiddenSecret : inputs["policy"], on }]
    case "aws:iam/rolePolicyAttachment:RolePolicyAttachment": {
      const arn = inputs["policyArn"]
      return [{ who, text: nouns.findByOutput(arn)?.inputs["policy"] ?? arn, on }]
    }
    case "aws:iam/policy:Policy":
      return []
    case "aws:lambda/permission:Permission":
      return [{ who: undefined, text: invocation(on, nouns), on }]
    default:
      return Object.entries(inputs)
        .filter(([name, text]) => !secrets.has(name) && statementsOf(text) !== undefined)
        .map(([, text]) => ({ who: undefined, text, on }))
  }
}
