import type { RegisteredResource } from "../../engine/resourceMonitor.ts"
import type { ResourceIndex } from "../resources.ts"
import { assumptions } from "./assumptions.ts"
import { type Price, type PriceName, prices, pricesAsOf } from "./prices.ts"
import { sum, trafficOf } from "./traffic.ts"
import { usageOf } from "./usage.ts"

export type Cost = ReturnType<typeof costOf>
export type CostLine = Cost["lines"][number]

/** The monthly cost of the stack with its configured schedule, in USD; the list cost has the free quantity charged too. */
export const costOf = (resources: ReadonlyArray<RegisteredResource>, index: ResourceIndex) => {
  const traffic = trafficOf(resources, index)
  const usage = usageOf(resources, traffic, index)
  const freeLeft = new Map<string, number>()
  const lines = (Object.keys(prices) as ReadonlyArray<PriceName>).flatMap((name) => {
    const price: Price = prices[name]
    const quantity = rounded(usage[name] ?? 0)
    if (quantity === 0) return []
    const pool = price.sharesFree ?? name
    const available = freeLeft.get(pool) ?? price.free ?? 0
    const free = Math.min(quantity, available)
    freeLeft.set(pool, available - free)
    const usd = (units: number) => rounded((units * price.usd) / price.per)
    return [{ name, ...price, quantity, cost: usd(quantity - free), listCost: usd(quantity) }]
  })
  return {
    noted: pricesAsOf,
    runsPerMonth: rounded(traffic.runsPerMonth),
    moviesPerRun: traffic.moviesPerRun,
    lines,
    total: rounded(sum(lines.map(({ cost }) => cost))),
    listTotal: rounded(sum(lines.map(({ listCost }) => listCost))),
    assumptions: [
      ...traffic.functions.map(({ function: { name }, stage }) => `${name} runs ${stage.text}.`),
      ...assumptions
    ],
    /** The resource types without a price here, each with its count. */
    unpriced: unpricedTypes(resources)
  }
}

/** Sums of fractions are equal whatever the order of their terms. */
const rounded = (number: number) => Math.round(number * 1e9) / 1e9

const unpricedTypes = (resources: ReadonlyArray<RegisteredResource>): ReadonlyArray<string> => {
  const unpriced = resources.filter(({ component, type }) => !component && !pricedTypes.test(type))
  return [...Map.groupBy(unpriced, ({ type }) => type)].map(([type, all]) => `${type} (${all.length})`).sort()
}

/** Resource types that are priced by their use or cost nothing. */
const pricedTypes =
  /^aws:(athena\/workgroup|budgets\/budget|cloudwatch\/(compositeAlarm|dashboard|logGroup|metricAlarm)|dynamodb\/table|glue\/catalog(Database|Table)|iam\/(policy|role|rolePolicy|rolePolicyAttachment)|lambda\/(eventSourceMapping|function|functionEventInvokeConfig|permission)|s3\/bucket(|LifecycleConfiguration|Notification|Policy|PublicAccessBlock|ServerSideEncryptionConfiguration|Versioning)|scheduler\/schedule|secretsmanager\/secret(|Version)|sns\/topic(|Policy|Subscription)|sqs\/(queue|queuePolicy|redriveAllowPolicy)):/
