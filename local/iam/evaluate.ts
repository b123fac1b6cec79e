import { areMet, type Context } from "./conditions.ts"
import type { Policy, Statement } from "./policy.ts"
import { isLikeAction, isLikeArn } from "./wildcards.ts"

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

export type PolicyKind = keyof Policies

/** A statement that a request fell under, and by which of its actions and resources. */
export interface Match {
  readonly kind: PolicyKind
  readonly policy: string
  readonly statement: Statement
  readonly actions: ReadonlyArray<string>
  readonly resources: ReadonlyArray<string>
}

export type Evaluation =
  | { readonly allowed: true; readonly by: ReadonlyArray<Match> }
  | { readonly allowed: false; readonly why: "explicit deny"; readonly resource: string; readonly by: Match }
  | { readonly allowed: false; readonly why: "implicit deny"; readonly resource: string }

const isResource = (pattern: string, resource: string): boolean => pattern === "*" || isLikeArn(pattern, resource)

const matchesOn = (resource: string, request: AccessRequest, policies: Policies): ReadonlyArray<Match> => {
  const { principal, action, context } = request
  const who = "arn" in principal ? principal.arn : principal.service
  const matchesIn = (kind: PolicyKind) =>
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
