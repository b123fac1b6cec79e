import { assert, describe, it } from "@effect/vitest"
import type { RegisteredResource } from "../../engine/resourceMonitor.ts"
import { costOf } from "../../plan/cost/cost.ts"
import { prices } from "../../plan/cost/prices.ts"
import { indexResources } from "../../plan/resources.ts"
import { declared, output, type } from "./declaredResource.ts"

const costs = (resources: ReadonlyArray<RegisteredResource>) => {
  const cost = costOf(resources, indexResources(resources))
  return { ...cost, line: (name: string) => cost.lines.find((line) => line.name === name) }
}

const stack = async ({ memory = 256, top = "10", state = "ENABLED", expression = "cron(0 6 * * ? *)" }) => {
  const starter = await declared(type.function, "GetMoviesAndSendToQueue", {
    architectures: ["arm64"],
    memorySize: memory,
    environment: { variables: { TOP: top } }
  })
  const target = { arn: output(starter, "arn") }
  return [starter, await declared(type.schedule, "daily", { scheduleExpression: expression, state, target })]
}

const polled = async (name: string, fifoQueue: boolean) => {
  const queue = await declared(type.queue, name, { fifoQueue })
  return [queue, await declared(type.mapping, `${name}-mapping`, { eventSourceArn: output(queue, "arn") })]
}

describe("the cost of a month", () => {
  it("grows with memory, movies and schedule", async () => {
    const seconds = async (options: Parameters<typeof stack>[0]) =>
      costs(await stack(options)).line("lambdaArm")?.quantity ?? 0
    const usual = await seconds({})
    assert.closeTo(usual, (365 / 12) * 3 * 0.25, 1e-6)
    assert.closeTo(await seconds({ memory: 512 }), 2 * usual, 1e-6)
    assert.closeTo(await seconds({ expression: "rate(12 hours)" }), 2 * usual, 1e-6)
    const worker = await declared(type.function, "EnrichAndStoreMovie")
    const requests = async (top: string) => costs([...(await stack({ top })), worker]).line("s3Writes")?.quantity ?? 0
    assert.closeTo((await requests("20")) - (await requests("10")), (365 / 12) * 10, 1e-6)
  })

  it("is of nothing that runs where the schedule is disabled", async () => {
    const { runsPerMonth, line } = costs(await stack({ state: "DISABLED" }))
    assert.strictEqual(runsPerMonth, 0)
    assert.isUndefined(line("lambdaRequests"))
  })

  it("counts the polls of idle queues, and takes a shared free quantity off once", async () => {
    const polls = (5 * 86_400 * 365) / 12 / 20
    const { line } = costs([...(await polled("a", false)), ...(await polled("b", false)), ...(await polled("c", true))])
    assert.closeTo(line("sqsStandard")?.quantity ?? 0, 2 * polls, 1e-6)
    assert.closeTo(line("sqsStandard")?.cost ?? 0, ((2 * polls - 1_000_000) * 0.4) / 1_000_000, 1e-6)
    assert.closeTo(line("sqsFifo")?.cost ?? 0, (polls * 0.5) / 1_000_000, 1e-6)
    const alone = costs(await polled("c", true)).line("sqsFifo")
    assert.strictEqual(alone?.cost, 0)
    assert.closeTo(alone?.listCost ?? 0, (polls * 0.5) / 1_000_000, 1e-6)
  })

  it("owns up to what it took for granted", async () => {
    const usual = costs(await stack({})).assumptions.join("\n")
    assert.include(usual, "GetMoviesAndSendToQueue runs once a run")
    assert.notInclude(usual, "cannot be counted")
    const unusual = await declared(type.function, "Unheard-of")
    const { assumptions, runsPerMonth } = costs([...(await stack({ expression: "cron(0 6 L * ? *)" })), unusual])
    assert.closeTo(runsPerMonth, 365 / 12, 1e-6)
    assert.include(assumptions.join("\n"), "A schedule that cannot be counted fires once a day.")
    assert.include(assumptions.join("\n"), "Unheard-of runs once a movie for 1 s, for nothing is known of it here.")
  })

  it("prices alarms, dashboards and metrics of one's own beyond the free ones, and names what it has no price for", async () => {
    const alarm = (name: string, namespace: string) =>
      declared("aws:cloudwatch/metricAlarm:MetricAlarm", name, { namespace, metricName: name })
    const alarms = await Promise.all(
      Array.from({ length: 12 }, (_, n) => alarm(`a${n}`, n < 2 ? "ImdbEtl" : "AWS/SQS"))
    )
    const { line, unpriced } = costs([
      ...alarms,
      await declared("aws:cloudwatch/dashboard:Dashboard", "board"),
      await declared("aws:sns/topic:Topic", "alarms"),
      await declared("aws:kms/key:Key", "one"),
      await declared("aws:kms/key:Key", "two")
    ])
    assert.strictEqual(line("alarms")?.quantity, 12)
    assert.closeTo(line("alarms")?.cost ?? 0, 0.2, 1e-9)
    assert.strictEqual(line("metrics")?.quantity, 2)
    assert.strictEqual(line("dashboards")?.cost, 0)
    assert.deepStrictEqual(unpriced, ["aws:kms/key:Key (2)"])
  })

  it("has a source of AWS's own for every price", () => {
    for (const { source, usd } of Object.values(prices)) {
      assert.match(source, /^https:\/\/aws\.amazon\.com\/[a-z0-9-]+\/pricing\//)
      assert.isAbove(usd, 0)
    }
  })
})
