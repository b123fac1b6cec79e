import type { AccessDecision, AuthorizationRequest } from "../cloud/executeCall.ts"
import { type AccessRequest, type Context, type Evaluation, evaluate, type Principal } from "./evaluate.ts"
import { type Grant, GrantUsage, isFailureGrant } from "./GrantUsage.ts"
import { identityPolicy, type Policy, resourcePolicy, type Statement, trustPolicy } from "./policy.ts"

export interface RoleDefinition {
  readonly name: string
  readonly arn: string
  /** JSON */
  readonly trust: string
}

/** What a policy is asked; the service that is called says nothing that the action does not. */
export type IamRequest = Omit<AuthorizationRequest, "service">

interface Role {
  readonly name: string
  readonly trust: Policy
  /** By name. */
  readonly policies: Map<string, Policy>
}

const principalOf = (text: string): Principal => (text.startsWith("arn:") ? { arn: text } : { service: text })

/** The bucket that an object lies in; anything else has policies of its own. */
const ownerOf = (resource: string): string =>
  resource.startsWith("arn:aws:s3:") ? resource.replace(/\/.*$/s, "") : resource

/** The roles and policies of the account: who may do what, and what of it a run was denied or never used. */
export class Iam {
  /** By ARN. */
  readonly #roles = new Map<string, Role>()
  /** By the ARN of what they are attached to. */
  readonly #resourcePolicies = new Map<string, Policy>()
  readonly #use = new GrantUsage()
  readonly #denied = new Map<string, DeniedCall>()

  putRole({ name, arn, trust }: RoleDefinition): void {
    this.#roles.set(arn, { name, trust: trustPolicy(name, trust), policies: new Map() })
  }

  putRolePolicy(roleName: string, policyName: string, document: string): void {
    const role = [...this.#roles.values()].find(({ name }) => name === roleName)
    if (role === undefined) throw new Error(`NoSuchEntity: The role with name ${roleName} cannot be found.`)
    role.policies.set(policyName, identityPolicy(policyName, document))
  }

  putBucketPolicy(bucket: string, document: string): void {
    this.#attach(`arn:aws:s3:::${bucket}`, document)
  }

  putQueuePolicy(queueArn: string, document: string): void {
    this.#attach(queueArn, document)
  }

  #attach(arn: string, document: string): void {
    const policy = resourcePolicy(arn, document)
    const foreign = policy.statements.flatMap(({ resources }) => resources).find((each) => ownerOf(each) !== arn)
    if (foreign !== undefined) throw new Error(`MalformedPolicy: Policy of ${arn} has invalid resource: ${foreign}`)
    this.#resourcePolicies.set(arn, policy)
  }

  /** Decides a call as the one that it is: what allowed it counts as used, and a refusal is told of. */
  readonly authorize = (call: IamRequest): AccessDecision => this.#record(call, this.#evaluate(call))

  /** Whether a call would be allowed, for a service that looks before it accepts a configuration. */
  readonly wouldAllow = (call: IamRequest): boolean => this.#evaluate(call).allowed

  /** Decides whether a service, such as `lambda.amazonaws.com`, may act as a role. */
  readonly mayAssume = (service: string, roleArn: string, context: Context): AccessDecision => {
    const call = { principalArn: service, action: "sts:AssumeRole", resources: [roleArn], context }
    const trust = this.#roles.get(roleArn)?.trust
    return this.#record(
      call,
      evaluate({ ...call, principal: { service } }, { identity: [], resource: trust === undefined ? [] : [trust] })
    )
  }

  /** Each refusal once, however often the call was repeated. */
  get denied(): ReadonlyArray<DeniedCall> {
    return [...this.#denied.values()]
  }

  /** What roles are allowed and no allowed call matched; `includeWhenFailing: false` leaves out what only failures use. */
  unusedGrants({ includeWhenFailing = true } = {}): ReadonlyArray<Grant> {
    return this.#grants(false, (statement) => includeWhenFailing || !isFailureGrant(statement))
  }

  /** What was used of that which only failures use. */
  usedFailureGrants(): ReadonlyArray<Grant> {
    return this.#grants(true, isFailureGrant)
  }

  /** Begins the records anew, for another run on the same cloud. */
  clearRecords(): void {
    this.#use.forget()
    this.#denied.clear()
  }

  #grants(used: boolean, of: (statement: Statement) => boolean): ReadonlyArray<Grant> {
    return [...this.#roles.values()].flatMap(({ name, policies }) =>
      [...policies.values()].flatMap((policy) => this.#use.grants(name, policy, { used, of }))
    )
  }

  #evaluate(call: IamRequest): Evaluation {
    const request: AccessRequest = { ...call, principal: principalOf(call.principalArn) }
    const owners = new Set(call.resources.map(ownerOf))
    return evaluate(request, {
      identity: [...(this.#roles.get(call.principalArn)?.policies.values() ?? [])],
      resource: [...owners].flatMap((owner) => this.#resourcePolicies.get(owner) ?? [])
    })
  }

  #record({ principalArn, action }: IamRequest, evaluation: Evaluation): AccessDecision {
    if (evaluation.allowed) {
      this.#use.note(evaluation.by)
      return { allowed: true }
    }
    const denial = toDeniedCall(principalOf(principalArn), action, evaluation)
    this.#denied.set(denial.message, denial)
    return { allowed: false, message: denial.message }
  }
}

/** A call that no policy allowed, or that one forbade. */
export interface DeniedCall {
  /** A role's ARN, or a service such as `s3.amazonaws.com`. */
  readonly principal: string
  readonly action: string
  /** An ARN. */
  readonly resource: string
  /** In AWS's words. */
  readonly message: string
}

const article = { identity: "an identity", resource: "a resource" } as const

export const toDeniedCall = (
  principal: Principal,
  action: string,
  evaluation: Extract<Evaluation, { allowed: false }>
): DeniedCall => {
  const who = "arn" in principal ? principal.arn : principal.service
  const { resource } = evaluation
  // S3 alone puts the resource in quotes.
  const what = action.startsWith("s3:") ? `"${resource}"` : resource
  const why =
    evaluation.why === "explicit deny"
      ? `with an explicit deny in ${article[evaluation.by.kind]}-based policy`
      : `because no ${"arn" in principal ? "identity" : "resource"}-based policy allows the ${action} action`
  const message = `User: ${who} is not authorized to perform: ${action} on resource: ${what} ${why}`
  return { principal: who, action, resource, message }
}
