import type { RegisteredResource } from "../../engine/resourceMonitor.ts"
import type { ResourceIndex } from "../resources.ts"
import { assumptions } from "./assumptions.ts"
import { type Price, type PriceName, prices, pricesAsOf } from "./prices.ts"
import { trafficOf } from "./traffic.ts"
import { usageOf } from "./usage.ts"

/** Types of resource that are priced by what they do, or that cost nothing. */
const known = new Set([
  "aws:budgets/budget:Budget",
  "aws:cloudwatch/compositeAlarm:CompositeAlarm",
  "aws:cloudwatch/dashboard:Dashboard",
  "aws:cloudwatch/logGroup:LogGroup",
  "aws:cloudwatch/metricAlarm:MetricAlarm",
  "aws:dynamodb/table:Table",
  "aws:iam/policy:Policy",
  "aws:iam/role:Role",
  "aws:iam/rolePolicy:RolePolicy",
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
  "aws:lambda/eventSourceMapping:EventSourceMapping",
  "aws:lambda/function:Function",
  "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
  "aws:lambda/permission:Permission",
  "aws:s3/bucket:Bucket",
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
  "aws:s3/bucketNotification:BucketNotification",
  "aws:s3/bucketPolicy:BucketPolicy",
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
  "aws:s3/bucketVersioning:BucketVersioning",
  "aws:scheduler/schedule:Schedule",
  "aws:secretsmanager/secret:Secret",
  "aws:secretsmanager/secretVersion:SecretVersion",
  "aws:sns/topic:Topic",
  "aws:sns/topicPolicy:TopicPolicy",
  "aws:sns/topicSubscription:TopicSubscription",
  "aws:sqs/queue:Queue",
  "aws:sqs/queuePolicy:QueuePolicy",
  "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy"
])

/** The others, which may cost what is not counted here: each type and how many there are. */
export const unpricedOf = (resources: ReadonlyArray<RegisteredResource>): ReadonlyArray<string> => {
  const types = resources.filter(({ component, type }) => !component && !known.has(type)).map(({ type }) => type)
  return [...new Set(types)].sort().map((type) => `${type} (${types.filter((each) => each === type).length})`)
}

export interface CostLine extends Price {
  readonly name: string
  /** A month. */
  readonly quantity: number
  /** In USD, the free quantity taken off. */
  readonly cost: number
  /** In USD, as if nothing were free. */
  readonly listCost: number
}

/** A month of the stack at its configured schedule, in USD. */
export interface Cost {
  readonly noted: typeof pricesAsOf
  readonly runsPerMonth: number
  readonly moviesPerRun: number
  readonly lines: ReadonlyArray<CostLine>
  readonly total: number
  readonly listTotal: number
  readonly assumptions: ReadonlyArray<string>
  /** Types of resource that are not counted, and how many there are. */
  readonly unpriced: ReadonlyArray<string>
}

/** So that sums of fractions come out the same whichever way round they were added. */
const rounded = (number: number) => Math.round(number * 1e9) / 1e9

const names = Object.keys(prices) as ReadonlyArray<PriceName>

export const costOf = (resources: ReadonlyArray<RegisteredResource>, nouns: ResourceIndex): Cost => {
  const traffic = trafficOf(resources, nouns)
  const usage = usageOf(resources, traffic, nouns)
  const freeLeft = new Map<string, number>()
  const lines = names.flatMap((name): ReadonlyArray<CostLine> => {
    const price: Price = prices[name]
    const quantity = rounded(usage[name] ?? 0)
    if (quantity === 0) return []
    const pool = price.sharesFree ?? name
    const unpaid = Math.min(quantity, freeLeft.get(pool) ?? price.free ?? 0)
    freeLeft.set(pool, (freeLeft.get(pool) ?? price.free ?? 0) - unpaid)
    const costs = (of: number) => rounded((of * price.usd) / price.per)
    return [{ name, ...price, quantity, cost: costs(quantity - unpaid), listCost: costs(quantity) }]
  })
  const total = (of: (line: CostLine) => number) => rounded(lines.reduce((sum, line) => sum + of(line), 0))
  const { month, requestsPerMessage, idlePolls, logBytes, objectBytes, itemBytes, leftOut } = assumptions
  const general = [month, requestsPerMessage, idlePolls, logBytes, objectBytes, itemBytes, leftOut]
  return {
    noted: pricesAsOf,
    runsPerMonth: rounded(traffic.runsPerMonth),
    moviesPerRun: traffic.moviesPerRun,
    lines,
    total: total(({ cost }) => cost),
    listTotal: total(({ listCost }) => listCost),
    assumptions: [...traffic.assumed, ...general.map(({ says }) => says)],
    unpriced: unpricedOf(resources)
  }
}
