import type { Registered } from "../../engine/monitor.ts"
import type { Nouns } from "../nouns.ts"
import { noted, type Price, type PriceName, prices } from "../prices.ts"
import { assumptions } from "./assumptions.ts"
import { trafficOf } from "./traffic.ts"
import { unpricedOf } from "./unpriced.ts"
import { usageOf } from "./usage.ts"

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
  readonly noted: typeof noted
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

export const costOf = (resources: ReadonlyArray<Registered>, nouns: Nouns): Cost => {
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
    noted,
    runsPerMonth: rounded(traffic.runsPerMonth),
    moviesPerRun: traffic.moviesPerRun,
    lines,
    total: total(({ cost }) => cost),
    listTotal: total(({ listCost }) => listCost),
    assumptions: [...traffic.assumed, ...general.map(({ says }) => says)],
    unpriced: unpricedOf(resources)
  }
}
