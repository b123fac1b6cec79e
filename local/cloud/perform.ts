import { AwsError } from "./AwsError.ts"
import { errorReply } from "./errorReply.ts"
import type { Events } from "./events.ts"
import type { Hooks } from "./hooks.ts"
import { accessDenied, broken } from "./refusals.ts"
import { accountId, type Need, type Operation, type Reply, type ServiceName } from "./Service.ts"

interface Surroundings {
  /** The principal that no policy holds back. */
  readonly adminArn: string
  readonly hooks: Hooks
  readonly events: Events
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
export const makePerform =
  ({ adminArn, hooks, events }: Surroundings) =>
  async ({ principalArn, service, operation, region, body }: Call): Promise<Reply | "reset"> => {
    const resources = operation.needs.flatMap((need) => need.resources)
    const call = { principalArn, service, operation: operation.name, resources, body }

    const require = (need: Need): void => {
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
      for (const need of operation.needs) require(need)
      const instead = await hooks.intercept(call)
      if (instead === undefined) return operation.run({ principalArn, require })
      if (instead.kind === "reset") return "reset"
      if (instead.kind === "fail") throw new AwsError(instead.status, instead.code, instead.message)
      return { ...instead, body: Buffer.from(instead.body) }
    }

    const tell = (status: number, denied?: Need): void => {
      events.emit("call", {
        principal: principalArn,
        service,
        operation: operation.name,
        action: operation.needs[0]?.action ?? `${service}:${operation.name}`,
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
        const error = cause instanceof AwsError ? cause : broken(service, cause)
        tell(error.status, error.extras.denied)
        return errorReply(service, error)
      }
    }

    const reply = await answer()
    if (reply === "reset") return reply
    return (await hooks.afterwards({ ...call, status: reply.status })) === "lost" ? "reset" : reply
  }

export type Perform = ReturnType<typeof makePerform>
