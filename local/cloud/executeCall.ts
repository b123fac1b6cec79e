import { AwsError, accessDenied, internalError, toErrorReply } from "./AwsError.ts"
import type { CloudEvents } from "./cloudEvents.ts"
import { accountId, type Operation, type Permission, type Reply, type ServiceName } from "./Service.ts"

/** One permission a call takes, as a policy sees it. */
export interface AuthorizationRequest {
  readonly principalArn: string
  readonly service: ServiceName
  readonly action: string
  readonly resources: ReadonlyArray<string>
  readonly context: Readonly<Record<string, string>>
}

export type AccessDecision = { readonly allowed: true } | { readonly allowed: false; readonly message: string }

/** A call that was allowed and has not happened yet. */
export interface AuthorizedCall {
  readonly principalArn: string
  readonly service: ServiceName
  readonly operation: string
  readonly resources: ReadonlyArray<string>
  readonly body: Buffer
}

/** A call and the HTTP status of its answer, a refusal's too. */
export interface CompletedCall extends AuthorizedCall {
  readonly status: number
}

/** What to do in place of the call: give this answer or the service's error (503 SlowDown, say), or cut the connection. */
export type Interception =
  | {
      readonly type: "reply"
      readonly status: number
      readonly headers: Record<string, string>
      readonly body: string
    }
  | { readonly type: "error"; readonly status: number; readonly code: string; readonly message: string }
  | { readonly type: "reset" }

export interface CallInterceptors {
  /** Asked for each permission a call takes, but never for the operator's. */
  authorize: (call: AuthorizationRequest) => AccessDecision
  /** May delay a call by taking its time; undefined lets it happen. */
  interceptCall: (call: AuthorizedCall) => Promise<Interception | undefined>
  /** Told of an answer before the caller is, who gets none if this says "dropped": whatever was done stays done. */
  interceptReply: (call: CompletedCall) => Promise<"dropped" | undefined>
}

export const allowAllCalls = (): CallInterceptors => ({
  authorize: () => ({ allowed: true }),
  interceptCall: () => Promise.resolve(undefined),
  interceptReply: () => Promise.resolve(undefined)
})

interface Surroundings {
  /** The principal that no policy holds back. */
  readonly adminArn: string
  readonly hooks: CallInterceptors
  readonly events: CloudEvents
}

interface Call {
  readonly principalArn: string
  readonly service: ServiceName
  readonly operation: Operation
  /** The region the request is signed for. */
  readonly region: string
  readonly body: Buffer
}

/** Carries out a call whose caller is known: allowed, then perhaps interfered with, then done; and told of in any case. */
export const makeExecuteCall =
  ({ adminArn, hooks, events }: Surroundings) =>
  async ({ principalArn, service, operation, region, body }: Call): Promise<Reply | "reset"> => {
    const resources = operation.permissions.flatMap((need) => need.resources)
    const call = { principalArn, service, operation: operation.name, resources, body }

    const require = (need: Permission): void => {
      if (principalArn === adminArn) return
      const context = {
        "aws:PrincipalArn": principalArn,
        "aws:PrincipalAccount": accountId,
        "aws:RequestedRegion": region,
        // The wire is loopback; a policy that wants TLS means the real one.
        "aws:SecureTransport": "true",
        ...operation.context
      }
      const decision = hooks.authorize({ principalArn, service, ...need, context })
      if (!decision.allowed) throw accessDenied(service, need, decision.message)
    }

    const carryOut = async (): Promise<Reply | "reset"> => {
      for (const need of operation.permissions) require(need)
      const instead = await hooks.interceptCall(call)
      if (instead === undefined) return operation.run({ principalArn, requirePermission: require })
      if (instead.type === "reset") return "reset"
      if (instead.type === "error") throw new AwsError(instead.status, instead.code, instead.message)
      return { ...instead, body: Buffer.from(instead.body) }
    }

    const tell = (status: number, denied?: Permission): void => {
      events.emit("call", {
        principal: principalArn,
        service,
        operation: operation.name,
        action: operation.permissions[0]?.action ?? `${service}:${operation.name}`,
        resources,
        status,
        ...(denied !== undefined && { denied }),
        at: Date.now()
      })
    }

    const answer = async (): Promise<Reply | "reset"> => {
      try {
        const reply = await carryOut()
        tell(reply === "reset" ? 0 : reply.status)
        return reply
      } catch (cause) {
        const error = cause instanceof AwsError ? cause : internalError(service, cause)
        tell(error.status, error.extras.denied)
        return toErrorReply(service, error)
      }
    }

    const reply = await answer()
    if (reply === "reset") return reply
    return (await hooks.interceptReply({ ...call, status: reply.status })) === "dropped" ? "reset" : reply
  }

export type ExecuteCall = ReturnType<typeof makeExecuteCall>
