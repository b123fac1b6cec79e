import type { AuthorizationCall, Decision } from "../cloud/hooks.ts"
import type { Context } from "./conditions.ts"
import { type Denial, denialOf } from "./denial.ts"
import { type AccessRequest, type Evaluation, evaluate, type Principal } from "./evaluate.ts"
import { identityPolicy, type Policy, resourcePolicy, type Statement, trustPolicy } from "./policy.ts"
import { type Grant, isWhenFailing, Use } from "./Use.ts"

export interface RoleDefinition {
  readonly name: string
  readonly arn: string
  /** JSON */
  readonly trust: string
}

/** What a policy is asked; the service that is called says nothing that the action does not. */
export type Call = Omit<AuthorizationCall, "service">

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
  readonly #use = new Use()
  readonly #denied = new Map<string, Denial>()

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
  readonly authorize = (call: Call): Decision => this.#record(call, this.#evaluate(call))

  /** Whether a call would be allowed, for a service that looks before it accepts a configuration. */
  readonly wouldAllow = (call: Call): boolean => this.#evaluate(call).allowed

  /** Decides whether a service, such as `lambda.amazonaws.com`, may act as a role. */
  readonly mayAssume = (service: string, roleArn: string, context: Context): Decision => {
    const call = { principalArn: service, action: "sts:AssumeRole", resources: [roleArn], context }
    const trust = this.#roles.get(roleArn)?.trust
    return this.#record(
      call,
      evaluate({ ...call, principal: { service } }, { identity: [], resource: trust === undefined ? [] : [trust] })
    )
  }

  /** Each refusal once, however often the call was repeated. */
  get denied(): ReadonlyArray<Denial> {
    return [...this.#denied.values()]
  }

  /** What roles are allowed and no allowed call matched; `includeWhenFailing: false` leaves out what only failures use. */
  unusedGrants({ includeWhenFailing = true } = {}): ReadonlyArray<Grant> {
    return this.#grants(false, (statement) => includeWhenFailing || !isWhenFailing(statement))
  }

  /** What was used of that which only failures use. */
  usedWhenFailing(): ReadonlyArray<Grant> {
    return this.#grants(true, isWhenFailing)
  }

  /** Begins the records anew, for another run on the same cloud. */
  forget(): void {
    this.#use.forget()
    this.#denied.clear()
  }

  #grants(used: boolean, of: (statement: Statement) => boolean): ReadonlyArray<Grant> {
    return [...this.#roles.values()].flatMap(({ name, policies }) =>
      [...policies.values()].flatMap((policy) => this.#use.grants(name, policy, { used, of }))
    )
  }

  #evaluate(call: Call): Evaluation {
    const request: AccessRequest = { ...call, principal: principalOf(call.principalArn) }
    const owners = new Set(call.resources.map(ownerOf))
    return evaluate(request, {
      identity: [...(this.#roles.get(call.principalArn)?.policies.values() ?? [])],
      resource: [...owners].flatMap((owner) => this.#resourcePolicies.get(owner) ?? [])
    })
  }

  #record({ principalArn, action }: Call, evaluation: Evaluation): Decision {
    if (evaluation.allowed) {
      this.#use.note(evaluation.by)
      return { allowed: true }
    }
    const denial = denialOf(principalOf(principalArn), action, evaluation)
    this.#denied.set(denial.message, denial)
    return { allowed: false, message: denial.message }
  }
}
