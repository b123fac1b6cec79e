import { assumed } from "../plan/cost/assumptions.ts"
import { type PriceName, prices } from "../plan/cost/prices.ts"
import { declareStack } from "../plan/declareStack.ts"
import { planOf } from "../plan/Plan.ts"
import { root } from "./bundles.ts"
import type { Results } from "./results.ts"

const memorySizes = [128, 256, 512, 1024, 1769]
/** Lambda gives a function a whole processor at this memory. */
const wholeProcessorMb = 1769
const itemUnits = 4

/** What a whole run took, in the units of the prices. */
const unitsOf = (
  run: NonNullable<Results["wholeRun"]>["results"]["runs"][number]
): Partial<Record<PriceName, number>> => {
  const calls = (pattern: RegExp) =>
    Object.entries(run.calls).reduce((sum, [name, count]) => sum + (pattern.test(name) ? count : 0), 0)
  const sum = (counts: Readonly<Record<string, number>>) =>
    Object.values(counts).reduce((total, each) => total + each, 0)
  return {
    lambdaRequests: sum(run.invocations),
    sqsStandard: calls(/^sqs:/),
    s3Writes: calls(/^s3:(PutObject|ListObjects)/),
    s3Reads: calls(/^s3:(GetObject|HeadObject)/),
    tableWrites: calls(/^dynamodb:PutItem/) * itemUnits,
    tableReads: calls(/^dynamodb:Query/),
    secretReads: calls(/^secretsmanager:/),
    logBytes: sum(run.logBytes) / 1e9
  }
}

const usd = (units: Partial<Record<PriceName, number>>) =>
  (Object.entries(units) as ReadonlyArray<readonly [PriceName, number]>).reduce(
    (sum, [name, quantity]) => sum + (quantity * prices[name].usd) / prices[name].per,
    0
  )

/**
 * From the counts of the whole runs to list prices a month. A function's time at a memory size: what it waited, and its
 * CPU time on this machine divided by the part of a processor that Lambda gives it.
 */
export const cost = async ({ wholeRun }: Pick<Results, "wholeRun">) => {
  if (wholeRun === undefined) throw new Error("There are no counts: run `npm run bench -- wholeRun` first.")
  const plan = planOf(await declareStack({ root, stack: "dev" }))
  const polls = plan.cost.lines.filter(({ name }) => name === "sqsStandard" || name === "sqsFifo")
  const fixed = plan.cost.lines.filter(({ service, name }) =>
    service === "Secrets Manager" ? name === "secrets" : ["alarms", "metrics", "dashboards"].includes(name)
  )
  const perRun = wholeRun.results.runs.map((run) => {
    const seconds = (memoryMb: number) =>
      Object.entries(run.functionMs).reduce((sum, [name, ms]) => {
        const cpu = run.functionCpu[name] ?? 0
        return sum + (Math.max(0, ms - cpu) + cpu * Math.max(1, wholeProcessorMb / memoryMb)) / 1000
      }, 0)
    const units = unitsOf(run)
    return {
      movies: run.movies,
      units,
      requestsUsd: usd(units) * assumed.daysPerMonth,
      byMemory: memorySizes.map((memoryMb) => {
        const gbSeconds = (seconds(memoryMb) * memoryMb) / 1024
        return { memoryMb, gbSeconds, usd: usd({ lambdaArm: gbSeconds }) * assumed.daysPerMonth }
      })
    }
  })
  return {
    fixed: [...fixed, ...polls].map(({ service, what, quantity, cost, listCost }) => ({
      service,
      what,
      quantity,
      cost,
      listCost
    })),
    total: plan.cost.total,
    listTotal: plan.cost.listTotal,
    perRun
  }
}
