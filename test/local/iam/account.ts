import { Iam, type IamRequest } from "../../../local/iam/Iam.ts"
import * as ours from "./ours.ts"
import { account, arn } from "./policies.ts"

/** An account with our roles and policies. */
export const anAccount = (): Iam => {
  const iam = new Iam()
  const lambda = { getMovies: ours.getMovies, enrich: ours.enrich, load: ours.load } as const
  for (const key of ["getMovies", "enrich", "load"] as const) {
    iam.putRole({ name: ours.names[key], arn: arn.role(ours.names[key]), trust: ours.trust.lambda })
    iam.putRolePolicy(ours.names[key], `${key}-policy`, lambda[key])
  }
  iam.putRole({ name: ours.names.daily, arn: arn.role(ours.names.daily), trust: ours.trust.scheduler })
  iam.putRolePolicy(ours.names.daily, "daily-policy", ours.daily)
  iam.putBucketPolicy(ours.names.bucket, ours.tlsOnly)
  iam.putQueuePolicy(arn.queue("loads"), ours.bucketMaySend)
  return iam
}

/** A call as the gateway describes one. */
export const call = (
  role: Exclude<keyof typeof ours.names, "bucket">,
  action: string,
  resource: string,
  context: Readonly<Record<string, string>> = {}
): IamRequest => {
  const principalArn = arn.role(ours.names[role])
  return {
    principalArn,
    action,
    resources: [resource],
    context: {
      "aws:PrincipalArn": principalArn,
      "aws:PrincipalAccount": account,
      "aws:SecureTransport": "true",
      ...context
    }
  }
}
