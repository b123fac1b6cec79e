import type { AccessDecision, AuthorizationRequest } from "../cloud/executeCall.ts"
import { parseServicePrincipal } from "../lambda/PlatformContext.ts"
import type { Iam } from "./Iam.ts"

interface Place {
  readonly region: string
  readonly accountId: string
}

interface LogStream {
  readonly roleArn: string
  readonly logGroup: string
  readonly logStream: string
}

/** Whom AWS's services act as, and what they say of themselves: at the gateway, and where they do not pass it. */
export interface ServiceAuthorization {
  /** A call at the gateway, by a role or by a service that acts for a resource of this account. */
  readonly authorize: (call: AuthorizationRequest) => AccessDecision
  /** A schedule of the default group hands its event over: Scheduler assumes the role, and the role invokes. */
  readonly mayInvoke: (roleArn: string, functionArn: string) => AccessDecision
  /** Lambda writes a function's log under its role: a stream per execution environment, events per invocation. */
  readonly mayWriteLog: (action: "CreateLogStream" | "PutLogEvents", log: LogStream) => AccessDecision
}

/** What Scheduler says of itself when it assumes a role: its source is the schedule's group, never the one schedule. */
const schedulerContext = ({ region, accountId }: Place) => ({
  "aws:SourceAccount": accountId,
  "aws:SourceArn": `arn:aws:scheduler:${region}:${accountId}:schedule-group/default`
})

export const makeServiceAuthorization = (iam: Iam, place: Place): ServiceAuthorization => {
  const { region, accountId } = place
  const context = {
    "aws:PrincipalAccount": accountId,
    "aws:RequestedRegion": region,
    "aws:SecureTransport": "true"
  }
  const asRole = (roleArn: string, action: string, resource: string): AccessDecision =>
    iam.authorize({
      principalArn: roleArn,
      action,
      resources: [resource],
      context: { ...context, "aws:PrincipalArn": roleArn }
    })

  return {
    authorize: (call) => {
      const acting = parseServicePrincipal(call.principalArn)
      if (acting === undefined) return iam.authorize(call)
      const { service, sourceArn } = acting
      const ofNoRole = Object.entries(call.context).filter(([key]) => !key.startsWith("aws:Principal"))
      const source = { "aws:SourceArn": sourceArn, "aws:SourceAccount": accountId }
      return iam.authorize({ ...call, principalArn: service, context: { ...Object.fromEntries(ofNoRole), ...source } })
    },
    mayInvoke: (roleArn, functionArn) => {
      const assumed = iam.mayAssume("scheduler.amazonaws.com", roleArn, schedulerContext(place))
      return assumed.allowed ? asRole(roleArn, "lambda:InvokeFunction", functionArn) : assumed
    },
    mayWriteLog: (action, { roleArn, logGroup, logStream }) =>
      asRole(
        roleArn,
        `logs:${action}`,
        `arn:aws:logs:${region}:${accountId}:log-group:${logGroup}:log-stream:${logStream}`
      )
  }
}
