import type { AccessDecision, AuthorizationRequest } from "../cloud/executeCall.ts"
import { parseServicePrincipal } from "../lambda/PlatformContext.ts"
import type { Iam } from "./Iam.ts"

interface AccountLocation {
  readonly region: string
  readonly accountId: string
}

interface LogStream {
  readonly roleArn: string
  readonly logGroup: string
  readonly logStream: string
}

/** Authorizes what AWS services do for the account, at the gateway and apart from it. */
export interface ServiceAuthorization {
  /** A call at the gateway, by a role or by a service on behalf of a resource of this account. */
  readonly authorize: (request: AuthorizationRequest) => AccessDecision
  /** Scheduler assumes the schedule's role and invokes the target with it. */
  readonly mayInvoke: (roleArn: string, functionArn: string) => AccessDecision
  /** Lambda writes a function's log with the function's role. */
  readonly mayWriteLog: (action: "CreateLogStream" | "PutLogEvents", log: LogStream) => AccessDecision
}

export const makeServiceAuthorization = (iam: Iam, { region, accountId }: AccountLocation): ServiceAuthorization => {
  const authorizeRole = (roleArn: string, action: string, resource: string): AccessDecision =>
    iam.authorize({
      principalArn: roleArn,
      action,
      resources: [resource],
      context: {
        "aws:PrincipalAccount": accountId,
        "aws:PrincipalArn": roleArn,
        "aws:RequestedRegion": region,
        "aws:SecureTransport": "true"
      }
    })

  return {
    authorize: (request) => {
      const acting = parseServicePrincipal(request.principalArn)
      if (acting === undefined) return iam.authorize(request)
      const { service, sourceArn } = acting
      // A service has no role, so its request has no principal keys.
      const keys = Object.entries(request.context).filter(([key]) => !key.startsWith("aws:Principal"))
      const source = { "aws:SourceArn": sourceArn, "aws:SourceAccount": accountId }
      return iam.authorize({ ...request, principalArn: service, context: { ...Object.fromEntries(keys), ...source } })
    },
    mayInvoke: (roleArn, functionArn) => {
      const assumed = iam.mayAssume("scheduler.amazonaws.com", roleArn, {
        "aws:SourceAccount": accountId,
        // Scheduler's source is the schedule group, not the schedule.
        "aws:SourceArn": `arn:aws:scheduler:${region}:${accountId}:schedule-group/default`
      })
      return assumed.allowed ? authorizeRole(roleArn, "lambda:InvokeFunction", functionArn) : assumed
    },
    mayWriteLog: (action, { roleArn, logGroup, logStream }) =>
      authorizeRole(
        roleArn,
        `logs:${action}`,
        `arn:aws:logs:${region}:${accountId}:log-group:${logGroup}:log-stream:${logStream}`
      )
  }
}
