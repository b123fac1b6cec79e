import type { Condition, Operator, Policy, Statement } from "./policy.ts"

/**
 * Whether a text matches a pattern: `*` matches any characters, including `/` and `:`, and `?` matches one. Only the last
 * `*` before a mismatch is extended, so that the time grows with the length of the text, however many `*` there are.
 */
export const matches = (pattern: string, text: string): boolean => {
  const [expected, actual] = [[...pattern], [...text]]
  let [position, at] = [0, 0]
  let lastStar: { readonly position: number; at: number } | undefined
  while (at < actual.length) {
    if (expected[position] === "*") {
      lastStar = { position, at }
      position++
    } else if (expected[position] === "?" || expected[position] === actual[at]) {
      position++
      at++
    } else if (lastStar === undefined) {
      return false
    } else {
      lastStar.at++
      position = lastStar.position + 1
      at = lastStar.at
    }
  }
  return expected.slice(position).every((character) => character === "*")
}

/** Actions are not case-sensitive. */
const matchesAction = (pattern: string, action: string): boolean => matches(pattern.toLowerCase(), action.toLowerCase())

/** The six fields of an ARN; the last one can contain colons. */
const fieldsOf = (arn: string): ReadonlyArray<string> => {
  const parts = arn.split(":")
  return [...parts.slice(0, 5), parts.slice(5).join(":")]
}

/** Compares field by field: a wildcard does not match across the colon between two fields. */
export const matchesArn = (pattern: string, arn: string): boolean => {
  const fields = fieldsOf(arn)
  return fieldsOf(pattern).every((field, position) => matches(field, fields[position] ?? ""))
}

/** The values of the condition keys of a request. */
export type Context = Readonly<Record<string, string>>

const comparisons: Readonly<Record<Operator, (expected: string, actual: string) => boolean>> = {
  StringEquals: (expected, actual) => expected === actual,
  StringLike: matches,
  // AWS documents both operators as identical.
  ArnEquals: matchesArn,
  ArnLike: matchesArn,
  Bool: (expected, actual) => expected === actual.toLowerCase()
}

/** Every key needs one of its values. A key that the request does not have satisfies no condition. */
const satisfies = (conditions: ReadonlyArray<Condition>, context: Context): boolean => {
  if (conditions.length === 0) return true
  const actual = new Map(Object.entries(context).map(([key, value]) => [key.toLowerCase(), value]))
  return conditions.every(({ operator, key, values }) => {
    const value = actual.get(key)
    return value !== undefined && values.some((expected) => comparisons[operator](expected, value))
  })
}

export type Principal = { readonly arn: string } | { readonly service: string }

/** The role's ARN or the service's name. */
export const principalName = (principal: Principal): string => ("arn" in principal ? principal.arn : principal.service)

export interface AccessRequest {
  readonly principal: Principal
  readonly action: string
  /** ARNs; the request needs the permission on each. */
  readonly resources: ReadonlyArray<string>
  readonly context: Context
}

/** The policies of the role, and those attached to the resources; a resource outside the stack has none. */
export interface Policies {
  readonly identity: ReadonlyArray<Policy>
  readonly resource: ReadonlyArray<Policy>
}

/** A statement that applies to a request, with those of its actions and resources that match. */
export interface MatchedStatement {
  readonly policyType: keyof Policies
  readonly statement: Statement
  readonly actions: ReadonlyArray<string>
  readonly resources: ReadonlyArray<string>
}

export type Denied =
  | { readonly reason: "explicit deny"; readonly resource: string; readonly deniedBy: MatchedStatement }
  | { readonly reason: "implicit deny"; readonly resource: string }

export type Evaluation =
  | { readonly allowed: true; readonly allowedBy: ReadonlyArray<MatchedStatement> }
  | ({ readonly allowed: false } & Denied)

const statementsFor = (
  resource: string,
  { principal, action, context }: AccessRequest,
  policies: Policies
): ReadonlyArray<MatchedStatement> => {
  const name = principalName(principal)
  const matchIn = (policyType: keyof Policies) =>
    policies[policyType]
      .flatMap(({ statements }) => statements)
      .flatMap((statement) => {
        const actions = statement.actions.filter((pattern) => matchesAction(pattern, action))
        const resources = statement.resources.filter((pattern) => pattern === "*" || matchesArn(pattern, resource))
        const isPrincipal = statement.principals.includes("*") || statement.principals.includes(name)
        const applies =
          isPrincipal && actions.length > 0 && resources.length > 0 && satisfies(statement.conditions, context)
        return applies ? [{ policyType, statement, actions, resources }] : []
      })
  return "service" in principal ? matchIn("resource") : [...matchIn("identity"), ...matchIn("resource")]
}

/**
 * IAM's decision within one account: a Deny statement overrides every Allow. Without one, a role needs an Allow in its
 * own policy or in the resource's, and a service in the resource's.
 */
export const evaluate = (request: AccessRequest, policies: Policies): Evaluation => {
  if (request.resources.length === 0) return { allowed: false, reason: "implicit deny", resource: "*" }
  const found = request.resources.map((resource) => ({
    resource,
    statements: statementsFor(resource, request, policies)
  }))

  for (const { resource, statements } of found) {
    const deniedBy = statements.find(({ statement }) => statement.effect === "Deny")
    if (deniedBy !== undefined) return { allowed: false, reason: "explicit deny", resource, deniedBy }
  }
  const missing = found.find(({ statements }) => statements.length === 0)
  if (missing !== undefined) return { allowed: false, reason: "implicit deny", resource: missing.resource }
  return { allowed: true, allowedBy: found.flatMap(({ statements }) => statements) }
}
