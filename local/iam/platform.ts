import type { Decision } from "../cloud/hooks.ts"
import type { Iam } from "./Iam.ts"

interface Place {
  readonly region: string
  readonly accountId: string
}

/** What AWS's services do on a function's or a schedule's behalf, past the gateway, and under whose permissions. */
export interface Platform {
  /** A schedule of the default group hands its event over: Scheduler assumes the role, and the role invokes. */
  readonly mayInvoke: (roleArn: string, functionArn: string) => Decision
  /** An execution environment begins: Lambda makes the stream it writes to. */
  readonly createLogStream: (roleArn: string, logGroup: string, logStream: string) => Decision
  /** An invocation ends: Lambda writes what it logged. */
  readonly putLogEvents: (roleArn: string, logGroup: string, logStream: string) => Decision
}

/** What Scheduler says of itself when it assumes a role: its source is the schedule's group, never the one schedule. */
const schedulerContext = ({ region, accountId }: Place) => ({
  "aws:SourceAccount": accountId,
  "aws:SourceArn": `arn:aws:scheduler:${region}:${accountId}:schedule-group/default`
})

export const makePlatform = (iam: Iam, place: Place): Platform => {
  const { region, accountId } = place
  const context = {
    "aws:PrincipalAccount": accountId,
    "aws:RequestedRegion": region,
    "aws:SecureTransport": "true"
  }
  const asRole = (roleArn: string, action: string, resource: string): Decision =>
    iam.authorize({
      principalArn: roleArn,
      action,
      resources: [resource],
      context: { ...context, "aws:PrincipalArn": roleArn }
    })
  const onLog = (action: string) => (roleArn: string, logGroup: string, logStream: string) =>
    asRole(roleArn, action, `arn:aws:logs:${region}:${accountId}:log-group:${logGroup}:log-stream:${logStream}`)

  return {
    mayInvoke: (roleArn, functionArn) => {
      const assumed = iam.mayAssume("scheduler.amazonaws.com", roleArn, schedulerContext(place))
      return assumed.allowed ? asRole(roleArn, "lambda:InvokeFunction", functionArn) : assumed
    },
    createLogStream: onLog("logs:CreateLogStream"),
    putLogEvents: onLog("logs:PutLogEvents")
  }
}
