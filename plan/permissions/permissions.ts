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
  /** The resource in words, such as `the bucket movies`. */
  readonly object: string
  /** The keys of a bucket; absent where the resource is not an object. */
  readonly key?: string
  /** In words; empty where there is none. */
  readonly condition: string
}

/** The action of a policy, or of a statement of it, that cannot be described and is shown as it is declared. */
const wholePolicy = "(as written)"

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

/** In IAM's own terms: `where aws:SourceArn ArnEquals the bucket movies`. */
const describeCondition = (condition: Statement["Condition"], { nameOf }: ResourceIndex): string => {
  const tests = Object.entries(condition ?? {}).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => `${key} ${operator} ${listOf(values).map(nameOf).join(" or ")}`)
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

/**
 * What one principal may do, in sentences without their subject: `may send to the queue exports`. Permissions that differ
 * in one respect only (the action, the keys of a bucket, the resource) share a sentence.
 */
export const permissionSentences = (permissions: ReadonlyArray<Permission>): ReadonlyArray<string> => {
  const targets = grouped(permissions, ({ may, object, key, condition }) => [may, object, key, condition]).map(
    (group) => ({ ...group[0], actions: [...new Set(group.map(({ action }) => action))] })
  )
  return grouped(targets, ({ may, actions, condition }) => [may, actions, condition]).map((group) => {
    const { may, actions, condition } = group[0]
    const clauses = grouped(group, ({ object, key }) => [object, key === undefined]).map((same) => {
      const keys = same.flatMap(({ key }) => key ?? [])
      return keys.length === 0 ? same[0].object : `${joinWords(keys)} in ${same[0].object}`
    })
    const what = joinWords(clauses)
    if (actions.includes(wholePolicy)) return `has the policy ${what}`
    const verbs = joinWords(actions.map((action) => verbOf[action] ?? `do ${action} on`))
    return `${may} ${verbs} ${what}${condition === "" ? "" : `, ${condition}`}`
  })
}

const grouped = <A>(items: ReadonlyArray<A>, key: (item: A) => unknown) =>
  [...Map.groupBy(items, (item) => JSON.stringify(key(item))).values()] as Array<[A, ...Array<A>]>

/** Any other action is shown by its name. */
const verbOf: Readonly<Record<string, string>> = {
  "dynamodb:DeleteItem": "delete items from",
  "dynamodb:PutItem": "put items in",
  "dynamodb:Query": "query",
  "lambda:InvokeFunction": "invoke",
  "logs:CreateLogStream": "create streams in",
  "logs:PutLogEvents": "write to",
  "s3:GetObject": "get",
  "s3:ListBucket": "list",
  "s3:PutObject": "put",
  "secretsmanager:GetSecretValue": "read",
  "sns:Publish": "publish to",
  "sqs:ChangeMessageVisibility": "change the visibility of messages in",
  "sqs:DeleteMessage": "delete from",
  "sqs:GetQueueAttributes": "read the attributes of",
  "sqs:ReceiveMessage": "receive from",
  "sqs:SendMessage": "send to",
  "sts:AssumeRole": "assume"
}
