import type { Condition, Operator, Policy, Statement } from "./policy.ts"

const toRegExp = (pattern: string): RegExp => {
  const source = pattern.replace(/[\\^$.*+?()[\]{}|/]/g, (character) => {
    if (character === "*") return ".*"
    return character === "?" ? "." : `\\${character}`
  })
  return new RegExp(`^${source}$`, "su")
}

/** Whether a text is like a pattern, in which `*` stands for any characters, `/` and `:` too, and `?` for one. */
export const isLike = (pattern: string, text: string): boolean => toRegExp(pattern).test(text)

/** Actions are the same in capitals and small letters. */
export const isLikeAction = (pattern: string, action: string): boolean =>
  isLike(pattern.toLowerCase(), action.toLowerCase())

/** `arn`, partition, service, region, account, and all the rest, in which a colon separates nothing any more. */
const fieldsOf = (arn: string): ReadonlyArray<string> => {
  const parts = arn.split(":")
  return [...parts.slice(0, 5), parts.slice(5).join(":")]
}

/** Whether an ARN is like a pattern, field by field: no wildcard reaches from one of the six into the next. */
export const isLikeArn = (pattern: string, arn: string): boolean => {
  const fields = fieldsOf(arn)
  return fieldsOf(pattern).every((field, position) => isLike(field, fields[position] ?? ""))
}

export type Context = Readonly<Record<string, string>>

const isMet: Readonly<Record<Operator, (wanted: string, actual: string) => boolean>> = {
  StringEquals: (wanted, actual) => wanted === actual,
  StringLike: isLike,
  // The same two, in AWS's own words.
  ArnEquals: isLikeArn,
  ArnLike: isLikeArn,
  Bool: (wanted, actual) => wanted === actual.toLowerCase()
}

/** Whether each key has one of the values wanted of it; a key that the request does not have meets nothing. */
export const areMet = (conditions: ReadonlyArray<Condition>, context: Context): boolean => {
  if (conditions.length === 0) return true
  const given = new Map(Object.entries(context).map(([key, value]) => [key.toLowerCase(), value]))
  return conditions.every(({ operator, key, values }) => {
    const actual = given.get(key)
    return actual !== undefined && values.some((wanted) => isMet[operator](wanted, actual))
  })
}

export type Principal = { readonly arn: string } | { readonly service: string }

export interface AccessRequest {
  readonly principal: Principal
  readonly action: string
  /** ARNs; the request takes the permission on each. */
  readonly resources: ReadonlyArray<string>
  readonly context: Context
}

/** Those of the role, and those of the resources; there are none on a resource outside the stack. */
export interface Policies {
  readonly identity: ReadonlyArray<Policy>
  readonly resource: ReadonlyArray<Policy>
}

export type PolicyType = keyof Policies

/** A statement that a request fell under, and by which of its actions and resources. */
export interface MatchedStatement {
  readonly kind: PolicyType
  readonly policy: string
  readonly statement: Statement
  readonly actions: ReadonlyArray<string>
  readonly resources: ReadonlyArray<string>
}

export type Evaluation =
  | { readonly allowed: true; readonly by: ReadonlyArray<MatchedStatement> }
  | { readonly allowed: false; readonly why: "explicit deny"; readonly resource: string; readonly by: MatchedStatement }
  | { readonly allowed: false; readonly why: "implicit deny"; readonly resource: string }

const isResource = (pattern: string, resource: string): boolean => pattern === "*" || isLikeArn(pattern, resource)

const matchesOn = (resource: string, request: AccessRequest, policies: Policies): ReadonlyArray<MatchedStatement> => {
  const { principal, action, context } = request
  const who = "arn" in principal ? principal.arn : principal.service
  const matchesIn = (kind: PolicyType) =>
    policies[kind].flatMap((policy) =>
      policy.statements.flatMap((statement) => {
        const actions = statement.actions.filter((pattern) => isLikeAction(pattern, action))
        const resources = statement.resources.filter((pattern) => isResource(pattern, resource))
        const isMeant = statement.principals.includes("*") || statement.principals.includes(who)
        const applies = isMeant && actions.length > 0 && resources.length > 0 && areMet(statement.conditions, context)
        return applies ? [{ kind, policy: policy.name, statement, actions, resources }] : []
      })
    )
  return "service" in principal ? matchesIn("resource") : [...matchesIn("identity"), ...matchesIn("resource")]
}

/**
 * What AWS decides within one account: a statement that denies wins over all that allow; else a role needs one that
 * allows, its own or the resource's, and a service, which has no policies, the resource's.
 */
export const evaluate = (request: AccessRequest, policies: Policies): Evaluation => {
  if (request.resources.length === 0) return { allowed: false, why: "implicit deny", resource: "*" }
  const found = request.resources.map((resource) => ({ resource, matches: matchesOn(resource, request, policies) }))

  for (const { resource, matches } of found) {
    const denial = matches.find(({ statement }) => statement.effect === "Deny")
    if (denial !== undefined) return { allowed: false, why: "explicit deny", resource, by: denial }
  }
  const missing = found.find(({ matches }) => matches.length === 0)
  if (missing !== undefined) return { allowed: false, why: "implicit deny", resource: missing.resource }
  return { allowed: true, by: found.flatMap(({ matches }) => matches) }
}
