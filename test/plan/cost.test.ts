import { assert, describe, it } from "@effect/vitest"
import type { RegisteredResource } from "../../engine/resourceMonitor.ts"
import { costOf } from "../../plan/cost/cost.ts"
import { firingsPerMonth } from "../../plan/cost/traffic.ts"
import { indexResources } from "../../plan/resources.ts"
import { declared, output, type } from "./declaredResource.ts"

const costs = (resources: ReadonlyArray<RegisteredResource>) => {
  const cost = costOf(resources, indexResources(resources))
  return { ...cost, line: (name: string) => cost.lines.find((line) => line.name === name) }
}

const stack = ({ memory = 256, top = "10", state = "ENABLED", expression = "cron(0 6 * * ? *)" }) => {
  const starter = declared(type.function, "GetMoviesAndSendToQueue", {
    memorySize: memory,
    environment: { variables: { TOP: top } }
  })
  const target = { arn: output(starter, "arn") }
  return [starter, declared(type.schedule, "daily", { scheduleExpression: expression, state, target })]
}

const mappedQueue = (name: string, fifoQueue: boolean, settings: object = {}) => {
  const queue = declared(type.queue, name, { fifoQueue })
  return [queue, declared(type.mapping, `${name}-mapping`, { eventSourceArn: output(queue, "arn"), ...settings })]
}

describe("monthly cost", () => {
  it("grows with memory, schedule and number of movies, and is without runs where the schedule is disabled", () => {
    const seconds = (options: Parameters<typeof stack>[0]) => costs(stack(options)).line("lambdaArm")?.quantity ?? 0
    const usual = seconds({})
    assert.closeTo(usual, (365 / 12) * 3 * 0.25, 1e-6)
    assert.closeTo(seconds({ memory: 512 }), 2 * usual, 1e-6)
    assert.closeTo(seconds({ expression: "rate(12 hours)" }), 2 * usual, 1e-6)
    assert.strictEqual(seconds({ state: "DISABLED" }), 0)
    const worker = declared(type.function, "EnrichAndStoreMovie")
    const requests = (top: string) => costs([...stack({ top }), worker]).line("s3Writes")?.quantity ?? 0
    assert.closeTo(requests("20") - requests("10"), (365 / 12) * 10, 1e-6)
  })

  it("counts the polls of idle queues, and subtracts a shared free quantity once", () => {
    const perConnection = (86_400 * 365) / 12 / 20
    const polls = 2 * perConnection
    const fifo = mappedQueue("d", true)
    const limited = ["a", "b"].flatMap((name) => mappedQueue(name, false, { scalingConfig: { maximumConcurrency: 2 } }))
    const { line } = costs([...limited, ...mappedQueue("c", false), ...fifo])
    assert.closeTo(line("sqsStandard")?.quantity ?? 0, 12 * perConnection, 1e-6)
    assert.closeTo(line("sqsStandard")?.cost ?? 0, ((12 * perConnection - 1_000_000) * 0.4) / 1_000_000, 1e-6)
    assert.closeTo(line("sqsFifo")?.cost ?? 0, (polls * 0.5) / 1_000_000, 1e-6)
    const alone = costs(fifo).line("sqsFifo")
    assert.strictEqual(alone?.cost, 0)
    assert.closeTo(alone?.listCost ?? 0, (polls * 0.5) / 1_000_000, 1e-6)
  })

  it("counts an unsupported schedule once a day, and states the assumptions about each function", () => {
    const unknown = declared(type.function, "NewStage")
    const { assumptions, runsPerMonth } = costs([...stack({ expression: "cron(0 6 L * ? *)" }), unknown])
    assert.closeTo(runsPerMonth, 365 / 12, 1e-6)
    assert.include(assumptions.join("\n"), "GetMoviesAndSendToQueue runs once per run")
    assert.include(assumptions.join("\n"), "NewStage runs once per movie for 1 s; plan/cost/assumptions.ts has no data")
  })

  it("prices alarms and custom metrics beyond the free ones, and lists resource types without a price", () => {
    const alarm = (_: unknown, index: number) =>
      declared("aws:cloudwatch/metricAlarm:MetricAlarm", `a${index}`, {
        namespace: index < 2 ? "ImdbEtl" : "AWS/SQS",
        metricName: `a${index}`
      })
    const keys = [declared("aws:kms/key:Key", "one"), declared("aws:kms/key:Key", "two")]
    const { line, unpriced } = costs([...Array.from({ length: 12 }, alarm), ...keys])
    assert.strictEqual(line("alarms")?.quantity, 12)
    assert.closeTo(line("alarms")?.cost ?? 0, 0.2, 1e-9)
    assert.strictEqual(line("metrics")?.quantity, 2)
    assert.deepStrictEqual(unpriced, ["aws:kms/key:Key (2)"])
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
