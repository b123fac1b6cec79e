import { assert, beforeAll, describe, it } from "@effect/vitest"
import { metric, stageMetrics } from "../../domain/metrics.ts"
import { declaredProgram, resourceQueries } from "./declaredProgram.ts"

type ResourceQueries = ReturnType<typeof resourceQueries>
type Resource = ReturnType<ResourceQueries["one"]>

const repositoryUrl = "https://example.com/blob/main"
const parsed = (json: unknown) => JSON.parse(String(json))
const declared = async (override: Readonly<Record<string, string>> = {}, stack: "dev" | "prod" = "dev") =>
  resourceQueries((await declaredProgram(stack, override)).resources)
const topicArnOf = (resources: ResourceQueries) => String(resources.one("aws:sns/topic:Topic", "alarms").outputs["arn"])
const alarmsOf = (resources: ResourceQueries) => resources.ofType("aws:cloudwatch/metricAlarm:MetricAlarm")

let resources: ResourceQueries
let configured: ResourceQueries
let prod: ResourceQueries
beforeAll(async () => {
  ;[resources, configured, prod] = await Promise.all([
    declared(),
    declared({ alarmEmail: "someone@example.com", monthlyBudgetUsd: "12.5", repositoryUrl }),
    declared({}, "prod")
  ])
})

describe("alarms", () => {
  const alarm = (name: string) => resources.one("aws:cloudwatch/metricAlarm:MetricAlarm", name).inputs
  const watching = (metricName: string) =>
    alarmsOf(resources).filter(({ inputs }) => inputs["metricName"] === metricName)
  const dimensionOf = ({ inputs }: Resource, name: string) => parsed(JSON.stringify(inputs["dimensions"]))[name]

  it("declare one alarm for each dead-letter queue", () => {
    const queues = resources.ofType("aws:sqs/queue:Queue")
    const sources = resources
      .ofType("aws:lambda/eventSourceMapping:EventSourceMapping")
      .map(({ inputs }) => inputs["eventSourceArn"])
    const deadLetters = queues.filter(({ outputs }) => !sources.includes(outputs["arn"]))
    const alarms = watching("ApproximateNumberOfMessagesVisible")
    assert.strictEqual(deadLetters.length, 5)
    assert.sameMembers(
      alarms.map((each) => dimensionOf(each, "QueueName")),
      deadLetters.map(({ outputs }) => outputs["name"])
    )
    for (const { inputs } of alarms) {
      assert.deepInclude(inputs, { namespace: "AWS/SQS", statistic: "Maximum", threshold: 0 })
      assert.deepInclude(inputs, { comparisonOperator: "GreaterThanThreshold", period: 300, evaluationPeriods: 1 })
      assert.strictEqual(inputs["treatMissingData"], "notBreaching")
    }
  })

  it("declare one alarm for the errors of each function", () => {
    const alarms = watching("Errors")
    assert.sameMembers(
      alarms.map((each) => dimensionOf(each, "FunctionName")),
      resources.ofType("aws:lambda/function:Function").map(({ outputs }) => outputs["name"])
    )
    for (const { inputs } of alarms) {
      assert.deepInclude(inputs, { namespace: "AWS/Lambda", statistic: "Sum", threshold: 0 })
      assert.deepInclude(inputs, { comparisonOperator: "GreaterThanThreshold", period: 300, evaluationPeriods: 1 })
      assert.strictEqual(inputs["treatMissingData"], "notBreaching")
    }
  })

  it("alarm after 26 hours without a complete run, and count an hour without data as one without a run", () => {
    const inputs = alarm("no-complete-run")
    assert.deepStrictEqual(inputs["metricQueries"], [
      {
        id: "completed",
        metric: {
          namespace: "ImdbEtl",
          metricName: metric.runsCompleted,
          dimensions: { stack: "dev" },
          stat: "Sum",
          period: 3600
        }
      },
      { id: "hourly", expression: "FILL(completed, 0)", label: "Completed runs", returnData: true }
    ])
    assert.deepInclude(inputs, { comparisonOperator: "LessThanThreshold", threshold: 1 })
    assert.deepInclude(inputs, { evaluationPeriods: 26, datapointsToAlarm: 26, treatMissingData: "breaching" })
  })

  it("stay within CloudWatch's evaluation range: one day with periods under an hour, else seven days", () => {
    for (const { inputs, name } of alarmsOf(resources)) {
      const [query] = parsed(JSON.stringify(inputs["metricQueries"] ?? [null]))
      const period = Number(query?.metric.period ?? inputs["period"])
      const days = (period * Number(inputs["evaluationPeriods"])) / 86_400
      assert.isAtMost(days, period < 3600 ? 1 : 7, name)
    }
  })

  it("do not alarm for a missing run on the first day of a stack", () => {
    assert.deepStrictEqual(alarm("no-complete-run")["warmUpConfiguration"], {
      warmUpPeriodDurationInMinutes: 26 * 60,
      onlyStartEvaluatingAfterWarmUpPeriodEnds: true
    })
  })

  it.each([
    ["gaps-in-run", metric.runGaps, "Maximum"],
    ["omdb-quota", metric.omdbQuotaHits, "Sum"]
  ])("alarm at one %s and return to OK without data", (name, metricName, statistic) => {
    const inputs = alarm(name)
    assert.deepInclude(inputs, { namespace: "ImdbEtl", metricName, statistic, threshold: 0 })
    assert.deepStrictEqual(inputs["dimensions"], { stack: "dev" })
    assert.deepInclude(inputs, { comparisonOperator: "GreaterThanThreshold", period: 300, evaluationPeriods: 1 })
    assert.strictEqual(inputs["treatMissingData"], "notBreaching")
  })

  it("notify the topic, and name the stack, the problem and the runbook", () => {
    for (const { inputs, name } of alarmsOf(resources)) {
      assert.deepStrictEqual(inputs["alarmActions"], [topicArnOf(resources)], name)
      assert.match(String(inputs["alarmDescription"]), /^Stack dev: .+\. Runbook: docs\/runbooks\/[a-z-]+\.md$/, name)
    }
  })

  it("use the stack name as the dimension of metrics and alarms", () => {
    for (const [stack, other] of [
      ["dev", resources],
      ["prod", prod]
    ] as const) {
      for (const { inputs, name } of other.ofType("aws:lambda/function:Function")) {
        assert.strictEqual(parsed(JSON.stringify(inputs["environment"])).variables.STACK, stack, name)
      }
      const quota = other.one("aws:cloudwatch/metricAlarm:MetricAlarm", "omdb-quota")
      assert.deepStrictEqual(quota.inputs["dimensions"], { stack })
    }
  })

  it("link the runbook below repositoryUrl", () => {
    const { inputs } = configured.one("aws:cloudwatch/metricAlarm:MetricAlarm", "omdb-quota")
    assert.include(String(inputs["alarmDescription"]), `${repositoryUrl}/docs/runbooks/omdb-quota.md`)
  })

  it("include a budget for the actual and the forecast cost of a month", () => {
    const budget = configured.one("aws:budgets/budget:Budget", "monthly-budget")
    assert.deepInclude(budget.inputs, {
      budgetType: "COST",
      timeUnit: "MONTHLY",
      limitAmount: "12.5",
      limitUnit: "USD"
    })
    const notice = {
      comparisonOperator: "GREATER_THAN",
      threshold: 100,
      thresholdType: "PERCENTAGE",
      subscriberSnsTopicArns: [topicArnOf(configured)]
    }
    assert.deepStrictEqual(budget.inputs["notifications"], [
      { ...notice, notificationType: "ACTUAL" },
      { ...notice, notificationType: "FORECASTED" }
    ])
    assert.include(configured.dependenciesOf(budget), "alarms-policy")
  })

  it("let only the alarms and budgets of this account publish to the topic, which has no KMS key", () => {
    const [, , , , account] = topicArnOf(resources).split(":")
    const policy = parsed(resources.one("aws:sns/topicPolicy:TopicPolicy", "alarms-policy").inputs["policy"])
    assert.deepStrictEqual(
      policy.Statement.map(({ Effect, Principal, Action, Condition }: Record<string, unknown>) => [
        ...[Effect, Principal, Action, Condition]
      ]),
      [
        ["cloudwatch", `arn:aws:cloudwatch:*:${account}:alarm:*`],
        ["budgets", `arn:aws:budgets::${account}:*`]
      ].map(([service, source]) => [
        "Allow",
        { Service: `${service}.amazonaws.com` },
        "sns:Publish",
        { ArnLike: { "aws:SourceArn": source }, StringEquals: { "aws:SourceAccount": account } }
      ])
    )
    assert.notProperty(resources.one("aws:sns/topic:Topic", "alarms").inputs, "kmsMasterKeyId")
  })

  it("subscribe an e-mail address only if the stack configures one", () => {
    assert.isEmpty(resources.ofType("aws:sns/topicSubscription:TopicSubscription"))
    assert.deepStrictEqual(
      configured.ofType("aws:sns/topicSubscription:TopicSubscription").map(({ inputs }) => inputs),
      [{ topic: topicArnOf(configured), protocol: "email", endpoint: "someone@example.com" }]
    )
  })
})

describe("Dashboard", () => {
  interface Widget {
    readonly type: string
    readonly x: number
    readonly y: number
    readonly width: number
    readonly height: number
    readonly properties: { alarms?: ReadonlyArray<string>; markdown?: string; region?: string; metrics?: unknown }
  }
  let widgets: ReadonlyArray<Widget>
  beforeAll(() => {
    widgets = parsed(resources.one("aws:cloudwatch/dashboard:Dashboard", "pipeline").inputs["dashboardBody"]).widgets
  })

  it("has a name that differs between stacks", () => {
    const names = [resources, prod].map(
      (each) => each.ofType("aws:cloudwatch/dashboard:Dashboard")[0]?.inputs["dashboardName"]
    )
    assert.deepStrictEqual(names, ["imdb-serverless-etl-dev", "imdb-serverless-etl-prod"])
  })

  it("starts with the state of every alarm", () => {
    assert.sameMembers(
      [...(widgets[0]?.properties.alarms ?? [])],
      alarmsOf(resources).map(({ outputs }) => String(outputs["arn"]))
    )
  })

  it("has one row per stage, in data order: throughput, function, queue depth", () => {
    const handlers = ["GetMoviesAndSendToQueue", "EnrichAndStoreMovie", "ExportMoviesToCsv", "LoadCsvToDynamoDb"]
    const queues = [
      ["daily-dead-letters", "failed-runs"],
      ["movies", "movies-dead-letters"],
      ["exports", "exports-dead-letters"],
      ["loads", "loads-dead-letters"]
    ]
    const work = [stageMetrics.list, stageMetrics.movies, stageMetrics.runs, stageMetrics.rows]
    assert.deepStrictEqual(
      widgets.filter(({ type }) => type === "text").map(({ properties }) => properties.markdown),
      handlers.map((handler) => `## ${handler}`)
    )
    const rows = [
      ...Map.groupBy(
        widgets.filter(({ type }) => type === "metric"),
        ({ y }) => y
      ).values()
    ]
    const nameOf = (type: string, name = "") => JSON.stringify(resources.one(type, name).outputs["name"])
    assert.strictEqual(rows.length, 4)
    for (const [index, row] of rows.entries()) {
      const [facts, ofFunction, ofQueues] = row.map(({ properties }) => JSON.stringify(properties.metrics))
      for (const name of work[index] ?? []) assert.include(facts, name)
      assert.include(ofFunction, nameOf("aws:lambda/function:Function", handlers[index]))
      for (const queue of queues[index] ?? []) assert.include(ofQueues, nameOf("aws:sqs/queue:Queue", queue))
    }
  })

  it("shows every metric, of this stack and region only", () => {
    const drawn = JSON.stringify(widgets)
    for (const name of Object.values(metric)) assert.include(drawn, name)
    assert.include(drawn, 'MetricName=\\"MovieGaps\\" stack=\\"dev\\"')
    for (const { type, properties } of widgets)
      if (type === "metric") assert.strictEqual(properties.region, "eu-central-1")
  })

  it("places all widgets on 24 columns without overlap", () => {
    for (const [index, one] of widgets.entries()) {
      assert.isAtMost(one.x + one.width, 24)
      for (const other of widgets.slice(index + 1)) {
        const apart =
          one.x + one.width <= other.x ||
          other.x + other.width <= one.x ||
          one.y + one.height <= other.y ||
          other.y + other.height <= one.y
        assert.isTrue(apart, `${JSON.stringify(one)} and ${JSON.stringify(other)}`)
      }
    }
  })
})
