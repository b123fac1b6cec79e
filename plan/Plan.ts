import { type Cost, costOf } from "./cost/cost.ts"
import type { Declared } from "./declareStack.ts"
import { type DisplayRecord, displayInputs, inputWords } from "./displayInputs.ts"
import { type Permission, permissionSentences, permissionsOf } from "./permissions/permissions.ts"
import { inDataOrder, indexResources } from "./resources.ts"
import { alarmsOf, triggersOf } from "./triggersAndAlarms.ts"

/** What a stack would have. `--json` prints it; the pages are built from it. */
export interface Plan {
  readonly project: string
  readonly stack: string
  readonly region: string
  /** The warnings that the program logged. */
  readonly warnings: ReadonlyArray<string>
  readonly resources: ReadonlyArray<PlannedResource>
  readonly permissions: ReadonlyArray<PrincipalPermissions>
  readonly triggers: ReadonlyArray<string>
  readonly alarms: ReadonlyArray<string>
  /** The names of the stack's outputs. */
  readonly outputs: ReadonlyArray<string>
  readonly cost: Cost
}

export interface PlannedResource {
  readonly type: string
  readonly name: string
  readonly within: ReadonlyArray<string>
  readonly protect: boolean
  readonly retainOnDelete: boolean
  /** The most important inputs, such as `memorySize 256, timeout 60`. */
  readonly facts: string
  readonly inputs: DisplayRecord
}

export interface PrincipalPermissions {
  readonly who: string
  /** `who` is a function of the stack. */
  readonly isFunction: boolean
  readonly sentences: ReadonlyArray<string>
  readonly facts: ReadonlyArray<Permission>
}

export const planOf = ({ project, stack, region, warnings, resources: registered, outputs }: Declared): Plan => {
  const resources = inDataOrder(registered)
  const index = indexResources(resources)
  const isFunction = (who: string) =>
    resources.some(({ type, name }) => type === "aws:lambda/function:Function" && name === who)
  return {
    project,
    stack,
    region,
    warnings,
    resources: resources.map((resource) => {
      const { type, name, within, protect, retainOnDelete } = resource
      const inputs = displayInputs(resource)
      return { type, name, within, protect, retainOnDelete, facts: summaryOf(type, inputs), inputs }
    }),
    permissions: groupByPrincipal(permissionsOf(resources, index), isFunction),
    triggers: triggersOf(resources, index),
    alarms: alarmsOf(resources, index),
    outputs: Object.keys(outputs).sort(),
    cost: costOf(resources, index)
  }
}

/** The principals are in the order of their first permission. */
export const groupByPrincipal = (
  permissions: ReadonlyArray<Permission>,
  isFunction: (name: string) => boolean
): ReadonlyArray<PrincipalPermissions> =>
  [...Map.groupBy(permissions, ({ who }) => who)].map(([who, facts]) => ({
    who,
    isFunction: isFunction(who),
    sentences: permissionSentences(facts),
    facts
  }))

/** The inputs of a type that are shown with the name of each resource. */
const importantInputs: Readonly<Record<string, ReadonlyArray<string>>> = {
  "aws:lambda/function:Function": ["architectures", "memorySize", "runtime", "timeout"],
  "aws:sqs/queue:Queue": ["fifoQueue", "messageRetentionSeconds", "visibilityTimeoutSeconds"],
  "aws:cloudwatch/logGroup:LogGroup": ["retentionInDays"],
  "aws:dynamodb/table:Table": ["billingMode", "hashKey", "rangeKey"],
  "aws:s3/bucketVersioning:BucketVersioning": ["versioningConfiguration"]
}

const summaryOf = (type: string, inputs: DisplayRecord): string =>
  inputWords(Object.fromEntries(Object.entries(inputs).filter(([name]) => importantInputs[type]?.includes(name))))
