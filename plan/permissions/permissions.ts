import type { RegisteredResource } from "../../engine/resourceMonitor.ts"
import { joinWords, type ResourceIndex, resourceName } from "../resources.ts"
import { type AttachedPolicy, attachedPolicies, type Statement, statementsOf, texts } from "./policies.ts"
import { asWritten } from "./sentences.ts"

/** One action on one resource that someone may do, or may never do: the smallest thing that is gained or lost. */
export interface Permission {
  /** A function by its name, `the schedule daily`, `the service s3.amazonaws.com`, `anyone`. */
  readonly who: string
  readonly may: "may" | "may never"
  readonly action: string
  /** As the policy names it. */
  readonly resource: string
  /** What the sentence is about: the movies bucket, its log. */
  readonly object: string
  /** Which part of it: an object's key or the like of it; absent where it is all of it. */
  readonly key?: string
  /** In words; empty where there is none. */
  readonly condition: string
}

/** Two facts are the same when these are. */
export const permissionIdentity = ({ who, may, action, resource, condition }: Permission): string =>
  JSON.stringify([who, may, action, resource, condition])

const operators: Readonly<Record<string, string>> = {
  ArnEquals: "is",
  ArnLike: "is like",
  Bool: "is",
  StringEquals: "is",
  StringLike: "is like",
  StringNotEquals: "is not"
}

/** A statement's condition: `where s3:prefix is like csv/*`. An operator that is not known here is named. */
export const describeCondition = (condition: Statement["Condition"], { nameOf: nounOf }: ResourceIndex): string => {
  const tests = Object.entries(condition ?? {}).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => {
      const words = operators[operator] ?? `passes ${operator} of`
      return `${key} ${words} ${texts(values).map(nounOf).join(" or ")}`
    })
  )
  return tests.length === 0 ? "" : `where ${joinWords(tests)}`
}

const objectOutside = /^arn:aws:s3:::([^/]+)\/(.+)$/
const indexOfTable = /^\/index\/(.+)$/

/** What a policy's resource is, in words; one that is not known here stays as it is. */
export const describeTarget = (
  arn: string,
  { findByArn: within }: ResourceIndex
): Pick<Permission, "object" | "key"> => {
  const found = within(arn)
  if (found === undefined) {
    const [, bucket, key] = objectOutside.exec(arn) ?? []
    if (bucket === undefined || key === undefined) return { object: arn }
    return { object: `the bucket ${bucket} outside the stack`, key }
  }
  const { resource, rest } = found
  const owner = resourceName(resource)
  if (rest === "") return { object: owner }
  if (resource.type === "aws:s3/bucket:Bucket" && rest.startsWith("/")) return { object: owner, key: rest.slice(1) }
  if (resource.type === "aws:cloudwatch/logGroup:LogGroup" && rest === ":log-stream:*") return { object: owner }
  const [, index] = indexOfTable.exec(rest) ?? []
  return { object: index === undefined ? `${owner} (${rest})` : `the index ${index} of ${owner}` }
}

const principals = (principal: Statement["Principal"]): ReadonlyArray<string> => {
  if (principal === undefined) return ["someone unnamed"]
  if (typeof principal === "string") return [principal === "*" ? "anyone" : principal]
  return Object.entries(principal).flatMap(([kind, names]) =>
    texts(names).map((name) => (kind === "Service" ? `the service ${name}` : name === "*" ? "anyone" : name))
  )
}

/** A policy or a statement that cannot be put in words: it is shown, not dropped. */
const unparsedPermission = (who: string, text: string): Permission => ({
  who,
  may: "may",
  action: asWritten,
  resource: text,
  object: text,
  condition: ""
})

const ofPolicy = ({ who, text, on }: AttachedPolicy, nouns: ResourceIndex): ReadonlyArray<Permission> => {
  const someone = who ?? [resourceName(on)]
  const statements = statementsOf(text)
  if (statements === undefined) return someone.map((name) => unparsedPermission(name, String(text)))
  return statements.flatMap((each) => {
    const { statement } = each
    if (statement === undefined) return someone.map((name) => unparsedPermission(name, each.written))
    return (who ?? principals(statement.Principal)).flatMap((name) =>
      texts(statement.Action).flatMap((action) =>
        texts(statement.Resource ?? String(on.outputs["arn"])).map(
          (resource): Permission => ({
            who: name,
            may: statement.Effect === "Allow" ? "may" : "may never",
            action,
            resource,
            ...describeTarget(resource, nouns),
            condition: describeCondition(statement.Condition, nouns)
          })
        )
      )
    )
  })
}

/** Everything that the program's policies allow and deny, in the order of its resources. */
export const permissionsOf = (
  resources: ReadonlyArray<RegisteredResource>,
  nouns: ResourceIndex
): ReadonlyArray<Permission> =>
  resources
    .flatMap((resource) => attachedPolicies(resource, resources, nouns))
    .flatMap((policy) => ofPolicy(policy, nouns))
