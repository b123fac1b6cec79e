import type { Registered } from "../../engine/monitor.ts"
import { hidden, isList, isRecord } from "../inputs.ts"
import { type Nouns, noun } from "../nouns.ts"
import { statementsOf } from "./statements.ts"

/** A policy's text; undefined is whoever its statements name, as in a policy of a queue or a bucket. */
export interface Policy {
  readonly who: ReadonlyArray<string> | undefined
  readonly text: unknown
  readonly on: Registered
}

type Resources = ReadonlyArray<Registered>

/** The functions and schedules that run as a role: a role of nobody's speaks for itself. */
const holdersOf = (role: Registered, resources: Resources, { named }: Nouns): ReadonlyArray<string> => {
  const holders = resources.filter(({ type, inputs: { role: own, target } }) => {
    const roleArn = own ?? (isRecord(target) ? target["roleArn"] : undefined)
    return !type.startsWith("aws:iam/") && roleArn !== undefined && named(roleArn) === role
  })
  return holders.length === 0 ? [noun(role)] : holders.map(noun)
}

const ofRole = (role: Registered, who: ReadonlyArray<string>): ReadonlyArray<Policy> => {
  const { assumeRolePolicy, inlinePolicies, managedPolicyArns } = role.inputs
  const inline = isList(inlinePolicies) ? inlinePolicies.map((each) => (isRecord(each) ? each["policy"] : each)) : []
  const managed = isList(managedPolicyArns) ? managedPolicyArns : []
  return [
    ...(assumeRolePolicy === undefined ? [] : [{ who: undefined, text: assumeRolePolicy, on: role }]),
    ...[...inline, ...managed].map((text) => ({ who, text, on: role }))
  ]
}

/** What `aws lambda add-permission` grants, written as the statement that it adds to the function's policy. */
const invocation = (permission: Registered, { named }: Nouns): string => {
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
export const policiesOf = (on: Registered, resources: Resources, nouns: Nouns): ReadonlyArray<Policy> => {
  const { inputs, type, secrets } = on
  const role = type.startsWith("aws:iam/") ? nouns.named(inputs["role"]) : undefined
  const who = role === undefined ? [noun(on)] : holdersOf(role, resources, nouns)
  switch (type) {
    case "aws:iam/role:Role":
      return ofRole(on, holdersOf(on, resources, nouns))
    case "aws:iam/rolePolicy:RolePolicy":
      return [{ who, text: secrets.has("policy") ? hidden : inputs["policy"], on }]
    case "aws:iam/rolePolicyAttachment:RolePolicyAttachment": {
      const arn = inputs["policyArn"]
      return [{ who, text: nouns.named(arn)?.inputs["policy"] ?? arn, on }]
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
