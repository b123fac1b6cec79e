import { accessDenied, internalError, toErrorReply } from "./awsErrors.ts"
import type { CloudEvents } from "./cloudEvents.ts"
import { AwsError, accountId, type Operation, type Permission, type Reply, type ServiceName } from "./Service.ts"

/** One permission that a call needs. */
export interface AuthorizationRequest extends Permission {
  readonly principalArn: string
  readonly service: ServiceName
  /** The values of IAM's condition keys. */
  readonly context: Readonly<Record<string, string>>
}

export type AccessDecision = { readonly allowed: true } | { readonly allowed: false; readonly message: string }

/** A call that is authorized and not yet executed. */
export interface AuthorizedCall {
  readonly principalArn: string
  readonly service: ServiceName
  readonly operation: string
  readonly resources: ReadonlyArray<string>
  readonly body: Buffer
}

export interface CompletedCall extends AuthorizedCall {
  /** The HTTP status, of an error as well. */
  readonly status: number
}

/** What the client gets in place of the call: an error of the service (503 SlowDown) or a connection reset. */
export type Interception =
  | { readonly type: "error"; readonly status: number; readonly code: string; readonly message: string }
  | { readonly type: "reset" }

export interface CallInterceptors {
  /** Decides each permission that a call needs, except for calls of the admin. */
  authorize: (request: AuthorizationRequest) => AccessDecision
  /** Returns what replaces the call, or undefined to execute it; a slow promise delays it. */
  interceptCall: (call: AuthorizedCall) => Promise<Interception | undefined>
  /** Runs before the reply is sent. "dropped" resets the connection instead; the call stays executed. */
  interceptReply: (call: CompletedCall) => Promise<"dropped" | undefined>
}

export const allowAllCalls = (): CallInterceptors => ({
  authorize: () => ({ allowed: true }),
  interceptCall: () => Promise.resolve(undefined),
  interceptReply: () => Promise.resolve(undefined)
})

interface Call {
  readonly principalArn: string
  readonly service: ServiceName
  readonly operation: Operation
  /** The region of the signing scope. */
  readonly region: string
  readonly body: Buffer
}

interface Dependencies {
  /** The principal that every call is allowed for. */
  readonly adminArn: string
  readonly interceptors: CallInterceptors
  readonly events: CloudEvents
}

/** Authorizes, intercepts and executes a call, and emits it as an event. "reset": the connection is to be reset. */
export const makeExecuteCall =
  ({ adminArn, interceptors, events }: Dependencies) =>
  async ({ principalArn, service, operation, region, body }: Call): Promise<Reply | "reset"> => {
    const resources = operation.permissions.flatMap((permission) => permission.resources)
    const call = { principalArn, service, operation: operation.name, resources, body }

    const requirePermission = (permission: Permission): void => {
      if (principalArn === adminArn) return
      const context = {
        "aws:PrincipalArn": principalArn,
        "aws:PrincipalAccount": accountId,
        "aws:RequestedRegion": region,
        // Loopback has no TLS, but a policy that requires it is about the connections to AWS.
        "aws:SecureTransport": "true",
        ...operation.context
      }
      const decision = interceptors.authorize({ principalArn, service, ...permission, context })
      if (!decision.allowed) throw accessDenied(service, permission, decision.message)
    }

    const execute = async (): Promise<Reply | "reset"> => {
      for (const permission of operation.permissions) requirePermission(permission)
      const interception = await interceptors.interceptCall(call)
      if (interception === undefined) return operation.run({ principalArn, requirePermission })
      if (interception.type === "reset") return "reset"
      throw new AwsError(interception.status, interception.code, interception.message)
    }

    const emitCall = (status: number, denied?: Permission): void => {
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

    const replyOf = async (): Promise<Reply | "reset"> => {
      try {
        const reply = await execute()
        emitCall(reply === "reset" ? 0 : reply.status)
        return reply
      } catch (cause) {
        const error = cause instanceof AwsError ? cause : internalError(service, cause)
        emitCall(error.status, error.extras.denied)
        return toErrorReply(service, error)
      }
    }

    const reply = await replyOf()
    if (reply === "reset") return reply
    return (await interceptors.interceptReply({ ...call, status: reply.status })) === "dropped" ? "reset" : reply
  }

export type ExecuteCall = ReturnType<typeof makeExecuteCall>
