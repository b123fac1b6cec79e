import { assert, describe, it } from "@effect/vitest"
import type { RegisteredResource } from "../../engine/resourceMonitor.ts"
import { costOf } from "../../plan/cost/cost.ts"
import { prices } from "../../plan/cost/prices.ts"
import { indexResources } from "../../plan/resources.ts"
import { firingsPerMonth, scheduleWords } from "../../plan/schedule.ts"
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

const mappedQueue = async (name: string, fifoQueue: boolean) => {
  const queue = await declared(type.queue, name, { fifoQueue })
  return [queue, await declared(type.mapping, `${name}-mapping`, { eventSourceArn: output(queue, "arn") })]
}

describe("monthly cost", () => {
  it("grows with memory, schedule and number of movies", async () => {
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

  it("counts no run of a disabled schedule", async () => {
    const { runsPerMonth, line } = costs(await stack({ state: "DISABLED" }))
    assert.strictEqual(runsPerMonth, 0)
    assert.isUndefined(line("lambdaRequests"))
  })

  it("counts the polls of idle queues, and subtracts a shared free quantity once", async () => {
    const polls = (5 * 86_400 * 365) / 12 / 20
    const fifo = await mappedQueue("c", true)
    const { line } = costs([...(await mappedQueue("a", false)), ...(await mappedQueue("b", false)), ...fifo])
    assert.closeTo(line("sqsStandard")?.quantity ?? 0, 2 * polls, 1e-6)
    assert.closeTo(line("sqsStandard")?.cost ?? 0, ((2 * polls - 1_000_000) * 0.4) / 1_000_000, 1e-6)
    assert.closeTo(line("sqsFifo")?.cost ?? 0, (polls * 0.5) / 1_000_000, 1e-6)
    const alone = costs(fifo).line("sqsFifo")
    assert.strictEqual(alone?.cost, 0)
    assert.closeTo(alone?.listCost ?? 0, (polls * 0.5) / 1_000_000, 1e-6)
  })

  it("states the assumptions that it uses, and no others", async () => {
    const usual = costs(await stack({})).assumptions.join("\n")
    assert.include(usual, "GetMoviesAndSendToQueue runs once per run")
    assert.notInclude(usual, "not supported here")
    const unknown = await declared(type.function, "NewStage")
    const { assumptions, runsPerMonth } = costs([...(await stack({ expression: "cron(0 6 L * ? *)" })), unknown])
    assert.closeTo(runsPerMonth, 365 / 12, 1e-6)
    assert.include(assumptions.join("\n"), "A schedule whose expression is not supported here fires once a day.")
    assert.include(assumptions.join("\n"), "NewStage runs once per movie for 1 s; plan/cost/assumptions.ts has no data")
  })

  it("prices alarms, dashboards and custom metrics beyond the free ones, and lists resource types without a price", async () => {
    const alarm = (_: unknown, index: number) =>
      declared("aws:cloudwatch/metricAlarm:MetricAlarm", `a${index}`, {
        namespace: index < 2 ? "ImdbEtl" : "AWS/SQS",
        metricName: `a${index}`
      })
    const { line, unpriced } = costs([
      ...(await Promise.all(Array.from({ length: 12 }, alarm))),
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

  it("names a pricing page of AWS for every price", () => {
    for (const { source, usd } of Object.values(prices)) {
      assert.match(source, /^https:\/\/aws\.amazon\.com\/[a-z0-9-]+\/pricing\//)
      assert.isAbove(usd, 0)
    }
  })
})

describe("firingsPerMonth", () => {
  it.each([
    ["cron(0 6 * * ? *)", 365 / 12],
    ["cron(0/15 * * * ? *)", (365 * 24 * 4) / 12],
    ["cron(0 6,18 * * ? *)", (365 * 2) / 12],
    ["cron(0 6 1 * ? *)", 1],
    ["cron(0 6 1 1,7 ? *)", 2 / 12],
    ["cron(0 6 ? * MON-FRI *)", 261 / 12],
    ["cron(0 6 ? * 2-6 *)", 261 / 12],
    ["cron(0 6 ? * 1 *)", 52 / 12],
    ["rate(12 hours)", (365 * 2) / 12],
    ["rate(1 day)", 365 / 12],
    ["at(2026-11-21T06:00:00)", 0]
  ])("counts %s as %d times in an average month", (expression, times) => {
    assert.closeTo(firingsPerMonth(expression) ?? Number.NaN, times, 1e-9)
  })

  it.each(["cron(0 6 L * ? *)", "cron(0 6 ? * 2#1 *)", "cron(0 6 * * ? 2030)", "cron(0 6 * *)", "nonsense"])(
    "does not count %s, which is not supported",
    (expression) => assert.isUndefined(firingsPerMonth(expression))
  )
})

it.each([
  ["cron(5 18 * * ? *)", "every day at 18:05"],
  ["cron(0 6 ? * MON *)", "at cron(0 6 ? * MON *)"],
  ["cron(0 6,7 * * ? *)", "at cron(0 6,7 * * ? *)"],
  ["rate(1 day)", "at rate(1 day)"]
])("scheduleWords describes %s as %s", (expression, words) => {
  assert.strictEqual(scheduleWords(expression), words)
})
