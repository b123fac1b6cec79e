import { alarmsOf } from "./alarms.ts"
import { type Cost, costOf } from "./cost/cost.ts"
import type { Declared } from "./declareStack.ts"
import { at, type DisplayRecord, type DisplayValue, displayInputs, isList, isRecord } from "./displayInputs.ts"
import { type Permission, permissionsOf } from "./permissions/permissions.ts"
import { permissionSentences } from "./permissions/sentences.ts"
import { inDataOrder, indexResources } from "./resources.ts"
import { triggersOf } from "./triggers.ts"

/** What a stack would have. `--json` prints it; the pages are built from it. */
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

export interface PlannedResource {
  readonly type: string
  readonly name: string
  readonly within: ReadonlyArray<string>
  readonly protect: boolean
  readonly retainOnDelete: boolean
  /** The most important inputs in a few words. */
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

export const planOf = ({ project, stack, region, resources: registered, outputs }: Declared): Plan => {
  const resources = inDataOrder(registered)
  const index = indexResources(resources)
  const isFunction = (who: string) =>
    resources.some(({ type, name }) => type === "aws:lambda/function:Function" && name === who)
  return {
    project,
    stack,
    region,
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

const summaryOf = (type: string, inputs: DisplayRecord): string => (summaries[type]?.(inputs) ?? []).join(", ")

const summaries: Readonly<Record<string, (inputs: DisplayRecord) => ReadonlyArray<string>>> = {
  "aws:lambda/function:Function": ({ runtime, architectures, memorySize, timeout, code }) => [
    `${runtime}`,
    `${architectures ?? "x86_64"}`,
    `${memorySize ?? 128} MB`,
    `${timeout ?? 3} s`,
    codeSize(code)
  ],
  "aws:sqs/queue:Queue": ({ fifoQueue, visibilityTimeoutSeconds: timeout, messageRetentionSeconds: retention }) => [
    ...(fifoQueue === true ? ["FIFO"] : []),
    ...(timeout === undefined ? [] : [`visibility timeout ${timeout} s`]),
    `retention ${Number(retention ?? 345_600) / 86_400} days`
  ],
  "aws:cloudwatch/logGroup:LogGroup": ({ retentionInDays: days }) => [
    days === undefined ? "no expiry" : `retention ${days} days`
  ],
  "aws:dynamodb/table:Table": ({ hashKey, rangeKey, globalSecondaryIndexes: indexes, billingMode }) => [
    `key ${[hashKey, ...(rangeKey === undefined ? [] : [rangeKey])].join(" + ")}`,
    ...(isList(indexes) ? indexes.map((index) => `index ${at(index, "name")}`) : []),
    billingMode === "PAY_PER_REQUEST" ? "on demand" : "provisioned"
  ],
  "aws:s3/bucketVersioning:BucketVersioning": ({ versioningConfiguration: versioning }) => [
    `${at(versioning, "status") ?? ""}`
  ]
}

const codeSize = (code: DisplayValue | undefined): string => {
  const file = isRecord(code) ? Object.entries(code).find(([name]) => !name.endsWith(".map"))?.[1] : undefined
  return isRecord(file) ? `${Math.round(Number(file["bytes"]) / 1000)} KB of code` : "code of unknown size"
}
