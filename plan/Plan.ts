import { alarmsOf } from "./alarms.ts"
import { type Cost, costOf } from "./cost/cost.ts"
import type { Declared } from "./declareStack.ts"
import { type DisplayRecord, type DisplayValue, displayInputs, isList, isRecord } from "./displayInputs.ts"
import type { Permission } from "./permissions/permissions.ts"
import { permissionsOf } from "./permissions/permissions.ts"
import { permissionSentences } from "./permissions/sentences.ts"
import { inDataOrder, indexResources } from "./resources.ts"
import { triggersOf } from "./triggers.ts"

const days = (seconds: DisplayValue | undefined) => `${Number(seconds) / 86_400} days`

const sizeOf = (code: DisplayValue | undefined): string => {
  const file = isRecord(code) ? Object.entries(code).find(([name]) => !name.endsWith(".map"))?.[1] : undefined
  return isRecord(file) ? [`${Math.round(Number(file["bytes"]) / 1000)} KB of code`].join() : "code of its own"
}

/** What a reader wants to know of a resource at a glance; the whole is in the document for machines. */
const summaries: Readonly<Record<string, (inputs: DisplayRecord) => ReadonlyArray<string>>> = {
  "aws:lambda/function:Function": ({ runtime, architectures, memorySize, timeout, code }) => [
    `${runtime}`,
    `${architectures ?? "x86_64"}`,
    `${memorySize ?? 128} MB`,
    `${timeout ?? 3} s`,
    sizeOf(code)
  ],
  "aws:sqs/queue:Queue": ({ fifoQueue, visibilityTimeoutSeconds, messageRetentionSeconds }) => [
    ...(fifoQueue === true ? ["FIFO"] : []),
    ...(visibilityTimeoutSeconds === undefined ? [] : [`hidden ${visibilityTimeoutSeconds} s once received`]),
    `kept ${days(messageRetentionSeconds ?? 345_600)}`
  ],
  "aws:cloudwatch/logGroup:LogGroup": ({ retentionInDays }) => [
    retentionInDays === undefined ? "kept for ever" : `kept ${retentionInDays} days`
  ],
  "aws:dynamodb/table:Table": ({ hashKey, rangeKey, globalSecondaryIndexes: indexes, billingMode }) => [
    `key ${[hashKey, ...(rangeKey === undefined ? [] : [rangeKey])].join(" + ")}`,
    ...(isList(indexes) ? indexes.map((index) => `index ${isRecord(index) ? index["name"] : index}`) : []),
    billingMode === "PAY_PER_REQUEST" ? "on demand" : "provisioned"
  ],
  "aws:s3/bucketVersioning:BucketVersioning": ({ versioningConfiguration: versioning }) => [
    isRecord(versioning) ? `${versioning["status"]}` : ""
  ]
}

export const summaryOf = (type: string, inputs: DisplayRecord): string => (summaries[type]?.(inputs) ?? []).join(", ")

export interface PlannedResource {
  readonly type: string
  readonly name: string
  readonly within: ReadonlyArray<string>
  readonly protect: boolean
  readonly retainOnDelete: boolean
  /** At a glance. */
  readonly facts: string
  readonly inputs: DisplayRecord
}

export interface PrincipalPermissions {
  readonly who: string
  /** Whether it is one of the functions of the stack. */
  readonly isFunction: boolean
  readonly sentences: ReadonlyArray<string>
  readonly facts: ReadonlyArray<Permission>
}

/** What would be there: the document for machines, and what the pages for people are made of. */
export interface Plan {
  readonly project: string
  readonly stack: string
  readonly region: string
  readonly resources: ReadonlyArray<PlannedResource>
  readonly permissions: ReadonlyArray<PrincipalPermissions>
  readonly triggers: ReadonlyArray<string>
  readonly alarms: ReadonlyArray<string>
  /** The names of the stack's outputs. */
  readonly outputs: ReadonlyArray<string>
  readonly cost: Cost
}

/** Facts of the same subject together, subjects in the order in which they first come. */
export const groupByPrincipal = (
  facts: ReadonlyArray<Permission>,
  isFunction: (name: string) => boolean
): ReadonlyArray<PrincipalPermissions> =>
  [...new Set(facts.map(({ who }) => who))].map((who) => {
    const own = facts.filter((fact) => fact.who === who)
    return { who, isFunction: isFunction(who), sentences: permissionSentences(own), facts: own }
  })

export const planOf = ({ project, stack, region, resources: registered, outputs }: Declared): Plan => {
  const placed = inDataOrder(registered)
  const named = indexResources(placed)
  const isFunction = (who: string) =>
    placed.some(({ type, name }) => type === "aws:lambda/function:Function" && name === who)
  return {
    project,
    stack,
    region,
    resources: placed.map((resource) => {
      const { type, name, within, protect, retainOnDelete } = resource
      const inputs = displayInputs(resource)
      return { type, name, within, protect, retainOnDelete, facts: summaryOf(type, inputs), inputs }
    }),
    permissions: groupByPrincipal(permissionsOf(placed, named), isFunction),
    triggers: triggersOf(placed, named),
    alarms: alarmsOf(placed, named),
    outputs: Object.keys(outputs).sort(),
    cost: costOf(placed, named)
  }
}
