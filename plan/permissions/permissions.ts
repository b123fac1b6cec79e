import type { RegisteredResource } from "../../engine/resourceMonitor.ts"
import { joinWords, type ResourceIndex, resourceName } from "../resources.ts"
import { type AttachedPolicy, attachedPolicies, listOf, type Statement, statementsOf } from "./policies.ts"

/** One action that a principal may or may never perform on one resource: the unit in which permissions change. */
export interface Permission {
  /** A function's name, `the schedule daily`, `the service s3.amazonaws.com`, `anyone`. */
  readonly who: string
  readonly may: "may" | "may never"
  readonly action: string
  /** As in the policy. */
  readonly resource: string
  /** The resource in words, such as `the movies bucket`. */
  readonly object: string
  /** The keys of a bucket; absent where the resource is not an object. */
  readonly key?: string
  /** In words; empty where there is none. */
  readonly condition: string
}

/** The action of a policy, or of a statement of it, that cannot be described and is shown as it is declared. */
export const wholePolicy = "(as written)"

export const permissionIdentity = ({ who, may, action, resource, condition }: Permission): string =>
  JSON.stringify([who, may, action, resource, condition])

/** Everything that the program's policies allow and deny, in the order of its resources. */
export const permissionsOf = (
  resources: ReadonlyArray<RegisteredResource>,
  index: ResourceIndex
): ReadonlyArray<Permission> =>
  resources
    .flatMap((resource) => attachedPolicies(resource, resources, index))
    .flatMap((policy) => policyPermissions(policy, index))

const policyPermissions = ({ who, text, on }: AttachedPolicy, index: ResourceIndex): ReadonlyArray<Permission> => {
  const holders = who ?? [resourceName(on)]
  const statements = statementsOf(text)
  if (statements === undefined) return holders.map((name) => undescribed(name, String(text)))
  return statements.flatMap(({ statement, json }) => {
    if (statement === undefined) return holders.map((name) => undescribed(name, json))
    const condition = describeCondition(statement.Condition, index)
    return (who ?? principals(statement.Principal)).flatMap((name) =>
      listOf(statement.Action).flatMap((action) =>
        listOf(statement.Resource ?? String(on.outputs["arn"])).map(
          (resource): Permission => ({
            who: name,
            may: statement.Effect === "Allow" ? "may" : "may never",
            action,
            resource,
            ...describeResource(resource, index),
            condition
          })
        )
      )
    )
  })
}

const undescribed = (who: string, text: string): Permission => ({
  who,
  may: "may",
  action: wholePolicy,
  resource: text,
  object: text,
  condition: ""
})

const principals = (principal: Statement["Principal"]): ReadonlyArray<string> => {
  if (principal === undefined) return ["an unnamed principal"]
  if (typeof principal === "string") return [principal === "*" ? "anyone" : principal]
  return Object.entries(principal).flatMap(([type, names]) =>
    listOf(names).map((name) => (type === "Service" ? `the service ${name}` : name === "*" ? "anyone" : name))
  )
}

const operators: Readonly<Record<string, string>> = {
  ArnEquals: "is",
  ArnLike: "is like",
  Bool: "is",
  StringEquals: "is",
  StringLike: "is like",
  StringNotEquals: "is not"
}

/** `where s3:prefix is like csv/*`; an operator without words is named. */
const describeCondition = (condition: Statement["Condition"], { nameOf }: ResourceIndex): string => {
  const tests = Object.entries(condition ?? {}).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => {
      const words = operators[operator] ?? `satisfies ${operator}`
      return `${key} ${words} ${listOf(values).map(nameOf).join(" or ")}`
    })
  )
  return tests.length === 0 ? "" : `where ${joinWords(tests)}`
}

/** A policy's resource in words; an ARN that matches no resource stays as it is. */
const describeResource = (arn: string, { findByArn }: ResourceIndex): Pick<Permission, "object" | "key"> => {
  const found = findByArn(arn)
  if (found === undefined) {
    const [, bucket, key] = /^arn:aws:s3:::([^/]+)\/(.+)$/.exec(arn) ?? []
    return key === undefined ? { object: arn } : { object: `the bucket ${bucket} outside the stack`, key }
  }
  const { resource, rest } = found
  const name = resourceName(resource)
  if (rest === "" || (resource.type === "aws:cloudwatch/logGroup:LogGroup" && rest === ":log-stream:*")) {
    return { object: name }
  }
  if (resource.type === "aws:s3/bucket:Bucket" && rest.startsWith("/")) return { object: name, key: rest.slice(1) }
  const [, tableIndex] = /^\/index\/(.+)$/.exec(rest) ?? []
  return { object: tableIndex === undefined ? `${name} (${rest})` : `the index ${tableIndex} of ${name}` }
}
