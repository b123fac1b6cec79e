import type { AccessDecision, AuthorizationRequest } from "../cloud/executeCall.ts"
import { type Context, type Denied, type Evaluation, evaluate, type Principal, principalName } from "./evaluate.ts"
import { type Grant, GrantUsage, isFailureGrant } from "./GrantUsage.ts"
import { identityPolicy, type Policy, resourcePolicy, trustPolicy } from "./policy.ts"

export interface RoleDefinition {
  readonly name: string
  readonly arn: string
  /** JSON */
  readonly trust: string
}

/** Policies do not depend on the service: the action contains it. */
export type IamRequest = Omit<AuthorizationRequest, "service">

interface Role {
  readonly name: string
  readonly trust: Policy
  /** By name. */
  readonly policies: Map<string, Policy>
}

export interface DeniedCall {
  /** A role's ARN, or a service such as `s3.amazonaws.com`. */
  readonly principal: string
  readonly action: string
  /** ARN */
  readonly resource: string
  /** AWS's text. */
  readonly message: string
}

const toDeniedCall = (principal: Principal, action: string, denied: Denied): DeniedCall => {
  const name = principalName(principal)
  const { resource } = denied
  // S3 alone puts the resource in quotes.
  const quoted = action.startsWith("s3:") ? `"${resource}"` : resource
  const reason =
    denied.reason === "explicit deny"
      ? `with an explicit deny in ${denied.deniedBy.policyType === "identity" ? "an identity" : "a resource"}-based policy`
      : `because no ${"arn" in principal ? "identity" : "resource"}-based policy allows the ${action} action`
  const message = `User: ${name} is not authorized to perform: ${action} on resource: ${quoted} ${reason}`
  return { principal: name, action, resource, message }
}

const principalOf = (text: string): Principal => (text.startsWith("arn:") ? { arn: text } : { service: text })

/** The resource whose policy applies: for an object its bucket. */
const policyOwner = (resource: string): string =>
  resource.startsWith("arn:aws:s3:") ? resource.replace(/\/.*$/s, "") : resource

/** The roles and policies of the account. Records which calls were denied and which grants were used. */
export class Iam {
  /** By ARN. */
  readonly #roles = new Map<string, Role>()
  /** By the ARN of the resource. */
  readonly #resourcePolicies = new Map<string, Policy>()
  readonly #usage = new GrantUsage()
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
    this.#putResourcePolicy(`arn:aws:s3:::${bucket}`, document)
  }

  putQueuePolicy(queueArn: string, document: string): void {
    this.#putResourcePolicy(queueArn, document)
  }

  #putResourcePolicy(arn: string, document: string): void {
    const policy = resourcePolicy(arn, document)
    const foreign = policy.statements
      .flatMap(({ resources }) => resources)
      .find((resource) => policyOwner(resource) !== arn)
    if (foreign !== undefined) throw new Error(`MalformedPolicy: Policy of ${arn} has invalid resource: ${foreign}`)
    this.#resourcePolicies.set(arn, policy)
  }

  /** Decides a call that is about to be executed, and records it. */
  readonly authorize = (request: IamRequest): AccessDecision => this.#record(request, this.#evaluate(request))

  /** Whether a call would be allowed, without recording it: for a service that validates a configuration. */
  readonly wouldAllow = (request: IamRequest): boolean => this.#evaluate(request).allowed

  /** Decides whether a service, such as `lambda.amazonaws.com`, may assume a role. */
  readonly mayAssume = (service: string, roleArn: string, context: Context): AccessDecision => {
    const request = { principalArn: service, action: "sts:AssumeRole", resources: [roleArn], context }
    const trust = this.#roles.get(roleArn)?.trust
    const policies = { identity: [], resource: trust === undefined ? [] : [trust] }
    return this.#record(request, evaluate({ ...request, principal: { service } }, policies))
  }

  /** Each denied call once, even if it was repeated. */
  get denied(): ReadonlyArray<DeniedCall> {
    return [...this.#denied.values()]
  }

  /** The grants of roles that no allowed call used; `includeWhenFailing: false` omits those that only failures use. */
  unusedGrants({ includeWhenFailing = true } = {}): ReadonlyArray<Grant> {
    return [...this.#roles.values()].flatMap(({ name, policies }) => {
      const statements = [...policies.values()]
        .flatMap((policy) => policy.statements)
        .filter((statement) => statement.effect === "Allow" && (includeWhenFailing || !isFailureGrant(statement)))
      return this.#usage.unused(name, statements)
    })
  }

  /** For another run on the same cloud. */
  clearRecords(): void {
    this.#usage.clear()
    this.#denied.clear()
  }

  #evaluate(request: IamRequest): Evaluation {
    const owners = new Set(request.resources.map(policyOwner))
    return evaluate(
      { ...request, principal: principalOf(request.principalArn) },
      {
        identity: [...(this.#roles.get(request.principalArn)?.policies.values() ?? [])],
        resource: [...owners].flatMap((owner) => this.#resourcePolicies.get(owner) ?? [])
      }
    )
  }

  #record({ principalArn, action }: IamRequest, evaluation: Evaluation): AccessDecision {
    if (evaluation.allowed) {
      this.#usage.record(evaluation.allowedBy)
      return { allowed: true }
    }
    const denied = toDeniedCall(principalOf(principalArn), action, evaluation)
    this.#denied.set(denied.message, denied)
    return { allowed: false, message: denied.message }
  }
}
