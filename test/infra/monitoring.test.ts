import { assert, beforeAll, describe, it } from "@effect/vitest"
import { metric, stageMetrics } from "../../domain/metrics.ts"
import { dashboardName } from "../../infra/Dashboard.ts"
import { declaredProgram, resourceQueries, sparseSettings } from "./declaredProgram.ts"

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
    declared({
      alarmEmail: "someone@example.com",
      monthlyBudgetUsd: "12",
      repositoryUrl: `${repositoryUrl}/`,
      schedule: "cron(0 6 ? * MON-FRI *)"
    }),
    declared({}, "prod")
  ])
})

describe("alarms", () => {
  const alarm = (name: string) => resources.one("aws:cloudwatch/metricAlarm:MetricAlarm", name).inputs
  /** One period above the threshold alarms, and no data is OK. */
  const onceAbove = {
    comparisonOperator: "GreaterThanThreshold",
    threshold: 0,
    period: 300,
    evaluationPeriods: 1,
    treatMissingData: "notBreaching"
  }

  const assertOneEach = (
    watched: ReadonlyArray<Resource>,
    ...[metricName, dimension, namespace, statistic]: readonly [string, string, string, string]
  ) => {
    const alarms = alarmsOf(resources).filter(({ inputs }) => inputs["metricName"] === metricName)
    assert.sameMembers(
      alarms.map(({ inputs }) => parsed(JSON.stringify(inputs["dimensions"]))[dimension]),
      watched.map(({ outputs }) => outputs["name"])
    )
    for (const { inputs } of alarms) assert.deepInclude(inputs, { namespace, statistic, ...onceAbove })
  }

  it("declare one alarm for each dead-letter queue", () => {
    const sources = resources
      .ofType("aws:lambda/eventSourceMapping:EventSourceMapping")
      .map(({ inputs }) => inputs["eventSourceArn"])
    const deadLetters = resources
      .ofType("aws:sqs/queue:Queue")
      .filter(({ outputs }) => !sources.includes(outputs["arn"]))
    assert.strictEqual(deadLetters.length, 6)
    assertOneEach(deadLetters, "ApproximateNumberOfMessagesVisible", "QueueName", "AWS/SQS", "Maximum")
  })

  it("declare one alarm for the errors of each function", () => {
    const functions = resources.ofType("aws:lambda/function:Function")
    assertOneEach(functions, "Errors", "FunctionName", "AWS/Lambda", "Sum")
  })

  it.each([
    ["final-gaps", metric.finalGaps],
    ["omdb-key", metric.omdbKeyRejections],
    ["omdb-quota", metric.omdbQuotaHits]
  ])("alarm once for %s", (name, metricName) => {
    assert.deepInclude(alarm(name), { namespace: "ImdbEtl", metricName, statistic: "Sum", ...onceAbove })
  })

  it("alarm once for a run that is published with fewer than half of its movies", () => {
    assert.deepInclude(alarm("run-incomplete"), {
      ...onceAbove,
      metricName: metric.publishedPercent,
      statistic: "Minimum",
      comparisonOperator: "LessThanThreshold",
      threshold: 50
    })
  })

  it.each([
    ["run-not-published", metric.runsPublished],
    ["rows-not-loaded", metric.rowsLoaded]
  ])("alarm with %s after 26 hours without %s, and not on a stack's first day", (name, metricName) => {
    const inputs = alarm(name)
    const ofStack = { namespace: "ImdbEtl", metricName, dimensions: { stack: "dev" } }
    // An hour without data counts as zero.
    assert.deepStrictEqual(inputs["metricQueries"], [
      { id: "found", metric: { ...ofStack, stat: "Sum", period: 3600 } },
      { id: "hourly", expression: "FILL(found, 0)", label: metricName, returnData: true }
    ])
    assert.deepInclude(inputs, { comparisonOperator: "LessThanThreshold", threshold: 1, treatMissingData: "breaching" })
    assert.deepInclude(inputs, { evaluationPeriods: 26, datapointsToAlarm: 26 })
    assert.deepInclude(inputs["warmUpConfiguration"], { warmUpPeriodDurationInMinutes: 26 * 60 })
  })

  it("alarm after the longest time between two runs and two hours more", () => {
    const { inputs } = configured.one("aws:cloudwatch/metricAlarm:MetricAlarm", "run-not-published")
    assert.deepInclude(inputs, { evaluationPeriods: 74, datapointsToAlarm: 74 })
  })

  it("include none for a missing run where runs are more than six days apart, and the preview warns of it", async () => {
    const { resources, warnings } = await declaredProgram("dev", sparseSettings)
    const names = alarmsOf(resourceQueries(resources)).map(({ name }) => name)
    for (const name of ["run-not-published", "rows-not-loaded"]) assert.notInclude(names, name)
    const all = warnings.join("\n")
    assert.match(all, /^imdb-serverless-etl:schedule is "rate\(7 days\)": a rate counts from the deployment /m)
    assert.match(all, /^The stack has no alarms for a missing run: /m)
  })

  it("stay within CloudWatch's evaluation range: one day with periods under an hour, else seven days", () => {
    for (const { inputs, name } of alarmsOf(resources)) {
      const [query] = parsed(JSON.stringify(inputs["metricQueries"] ?? [null]))
      const period = Number(query?.metric.period ?? inputs["period"])
      const days = (period * Number(inputs["evaluationPeriods"])) / 86_400
      assert.isAtMost(days, period < 3600 ? 1 : 7, name)
    }
  })

  it("notify the topic, and name the stack, the problem and the runbook", () => {
    for (const { inputs, name } of alarmsOf(resources)) {
      assert.deepStrictEqual(inputs["alarmActions"], [topicArnOf(resources)], name)
      assert.match(String(inputs["alarmDescription"]), /^Stack dev: .+\. Runbook: docs\/runbooks\/[a-z-]+\.md$/, name)
    }
    const { inputs } = configured.one("aws:cloudwatch/metricAlarm:MetricAlarm", "omdb-quota")
    assert.include(String(inputs["alarmDescription"]), `${repositoryUrl}/docs/runbooks/omdb-quota.md`)
  })

  it("use the stack name as the dimension of metrics and alarms", () => {
    for (const [stack, queries] of Object.entries({ dev: resources, prod })) {
      for (const { inputs, name } of queries.ofType("aws:lambda/function:Function")) {
        assert.strictEqual(parsed(JSON.stringify(inputs["environment"])).variables.STACK, stack, name)
      }
      const quota = queries.one("aws:cloudwatch/metricAlarm:MetricAlarm", "omdb-quota")
      assert.deepStrictEqual(quota.inputs["dimensions"], { stack })
    }
  })

  it("include no budget where monthlyBudgetUsd is 0", async () => {
    assert.isEmpty((await declared(sparseSettings)).ofType("aws:budgets/budget:Budget"))
  })

  it("include a budget for the actual and the forecast cost of a month", () => {
    const budget = configured.one("aws:budgets/budget:Budget", "monthly-budget")
    assert.deepInclude(budget.inputs, {
      budgetType: "COST",
      timeUnit: "MONTHLY",
      limitAmount: "12",
      limitUnit: "USD"
    })
    assert.deepStrictEqual(
      budget.inputs["notifications"],
      ["ACTUAL", "FORECASTED"].map((notificationType) => ({
        notificationType,
        comparisonOperator: "GREATER_THAN",
        threshold: 100,
        thresholdType: "PERCENTAGE",
        subscriberSnsTopicArns: [topicArnOf(configured)]
      }))
    )
    assert.include(configured.dependenciesOf(budget), "alarms-policy")
  })

  it("let only the alarms and budgets of this account publish to the topic, which has no KMS key", () => {
    const [, , , , account] = topicArnOf(resources).split(":")
    const policy = parsed(resources.one("aws:sns/topicPolicy:TopicPolicy", "alarms-policy").inputs["policy"])
    const allow = (service: string, source: string) => ({
      Effect: "Allow",
      Principal: { Service: `${service}.amazonaws.com` },
      Action: "sns:Publish",
      Resource: topicArnOf(resources),
      Condition: { ArnLike: { "aws:SourceArn": source }, StringEquals: { "aws:SourceAccount": account } }
    })
    assert.deepStrictEqual(
      policy.Statement.map(({ Sid: _, ...statement }: Record<string, unknown>) => statement),
      [
        allow("cloudwatch", `arn:aws:cloudwatch:*:${account}:alarm:*`),
        allow("budgets", `arn:aws:budgets::${account}:*`)
      ]
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

  it("has a name that CloudWatch accepts for each name of a stack", () => {
    assert.strictEqual(dashboardName("imdb-serverless-etl", "dev.eu_1"), "imdb-serverless-etl-dev-eu_1")
  })

  it("starts with the state of every alarm", () => {
    assert.sameMembers(
      [...(widgets[0]?.properties.alarms ?? [])],
      alarmsOf(resources).map(({ outputs }) => String(outputs["arn"]))
    )
  })

  it("has one row per stage, in data order: throughput, function, queue depth", () => {
    const stages = [
      ["GetMoviesAndSendToQueue", stageMetrics.list, ["daily-dead-letters", "failed-runs"]],
      ["EnrichAndStoreMovie", stageMetrics.movies, ["movies", "movies-dead-letters"]],
      ["ExportMoviesToCsv", stageMetrics.runs, ["exports", "exports-dead-letters"]],
      ["LoadCsvToDynamoDb", stageMetrics.rows, ["loads", "loads-dead-letters"]],
      ["PublishReport", [], ["reports", "reports-dead-letters"]]
    ] as const
    const ofType = (type: string) => widgets.filter((each) => each.type === type)
    assert.deepStrictEqual(
      ofType("text").map(({ properties }) => properties.markdown),
      stages.map(([handler]) => `## ${handler}`)
    )
    const rows = [...Map.groupBy(ofType("metric"), ({ y }) => y).values()]
    const nameOf = (type: string, name: string) => JSON.stringify(resources.one(type, name).outputs["name"])
    assert.strictEqual(rows.length, stages.length)
    for (const [index, [handler, work, queues]] of stages.entries()) {
      const graphs = (rows[index] ?? []).map(({ properties }) => JSON.stringify(properties.metrics))
      // A stage without a metric of its own has no graph of it: CloudWatch refuses a graph without metrics.
      const [facts, ofFunction, ofQueues] = work.length === 0 ? ["", ...graphs] : graphs
      assert.notInclude(graphs, "[]")
      for (const name of work) assert.include(facts, name)
      assert.include(ofFunction, nameOf("aws:lambda/function:Function", handler))
      for (const queue of queues) assert.include(ofQueues, nameOf("aws:sqs/queue:Queue", queue))
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
    const cells = widgets.flatMap(({ x, y, width, height }) =>
      Array.from({ length: width * height }, (_, index) => [x + (index % width), y + Math.floor(index / width)])
    )
    assert.strictEqual(new Set(cells.map(String)).size, cells.length)
    for (const [column = 0] of cells) assert.isBelow(column, 24)
  })
})
