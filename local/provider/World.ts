import { createHash } from "node:crypto"
import type { Declaration } from "../../engine/monitor.ts"
import type { Cloud } from "../cloud/startCloud.ts"
import type { Iam } from "../iam/Iam.ts"
import type { RedriveRules } from "../iam/RedriveRules.ts"
import type { Lambda } from "../lambda/Lambda.ts"

/** What stands before any resource is made. */
export interface Ground {
  readonly cloud: Cloud
  readonly lambda: Lambda
  readonly iam: Iam
  readonly redriveRules: RedriveRules
}

/** Where resources are made. */
export interface World extends Ground {
  /** The name AWS would know a resource by: Pulumi's automatic one, the same for the same stack and logical name. */
  readonly physicalName: (declaration: Declaration) => string
  readonly arn: (service: string, resource: string) => string
}

/** Seven hexadecimal digits behind the logical name, as Pulumi's AWS provider does, but from the URN instead of chance. */
export const physicalName = (declaration: Declaration): string => {
  const digits = createHash("sha256").update(declaration.urn).digest("hex").slice(0, 7)
  const suffix = declaration.inputs["fifoQueue"] === true ? ".fifo" : ""
  return `${declaration.name}-${digits}${suffix}`
}

export const makeWorld = (ground: Ground): World => ({
  ...ground,
  physicalName,
  arn: (service, resource) => `arn:aws:${service}:${ground.cloud.region}:${ground.cloud.accountId}:${resource}`
})
