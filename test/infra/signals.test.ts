import { assert, beforeAll, describe, it } from "@effect/vitest"
import { metric, stageMetrics } from "../../domain/metrics.ts"
import { declaredProgram, looking } from "./declaredProgram.ts"

type Looking = ReturnType<typeof looking>
type Resource = ReturnType<Looking["one"]>

const repositoryUrl = "https://example.com/blob/main"
const parsed = (json: unknown) => JSON.parse(String(json))
const declared = async (override: Readonly<Record<string, string>> = {}, stack: "dev" | "prod" = "dev") =>
  looking((await declaredProgram(stack, override)).resources)
const topicArnOf = (see: Looking) => String(see.one("aws:sns/topic:Topic", "alarms").outputs["arn"])
const alarmsOf = (see: Looking) => see.of("aws:cloudwatch/metricAlarm:MetricAlarm")

let see: Looking
let configured: Looking
let prod: Looking
beforeAll(async () => {
  ;[see, configured, prod] = await Promise.all([
    declared(),
    declared({ alarmEmail: "someone@example.com", monthlyBudgetUsd: "12.5", repositoryUrl }),
    declared({}, "prod")
  ])
})

describe("what wakes someone up", () => {
  const alarm = (name: string) => see.one("aws:cloudwatch/metricAlarm:MetricAlarm", name).inputs
  const watching = (metricName: string) => alarmsOf(see).filter(({ inputs }) => inputs["metricName"] === metricName)
  const dimensionOf = ({ inputs }: Resource, name: string) => parsed(JSON.stringify(inputs["dimensions"]))[name]

  it("is a message in any dead-letter queue, each with an alarm of its own", () => {
    const queues = see.of("aws:sqs/queue:Queue")
    const sources = see
      .of("aws:lambda/eventSourceMapping:EventSourceMapping")
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

  it("is an error of any function, each with an alarm of its own", () => {
    const alarms = watching("Errors")
    assert.sameMembers(
      alarms.map((each) => dimensionOf(each, "FunctionName")),
      see.of("aws:lambda/function:Function").map(({ outputs }) => outputs["name"])
    )
    for (const { inputs } of alarms) {
      assert.deepInclude(inputs, { namespace: "AWS/Lambda", statistic: "Sum", threshold: 0 })
      assert.deepInclude(inputs, { comparisonOperator: "GreaterThanThreshold", period: 300, evaluationPeriods: 1 })
      assert.strictEqual(inputs["treatMissingData"], "notBreaching")
    }
  })

  it("is 26 hours in a row with no complete run, each hour without data counting as one without a run", () => {
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

  it("looks back no further than CloudWatch can: a day by periods under an hour, seven days by others", () => {
    for (const { inputs, name } of alarmsOf(see)) {
      const [query] = parsed(JSON.stringify(inputs["metricQueries"] ?? [null]))
      const period = Number(query?.metric.period ?? inputs["period"])
      const days = (period * Number(inputs["evaluationPeriods"])) / 86_400
      assert.isAtMost(days, period < 3600 ? 1 : 7, name)
    }
  })

  it("is no missing run on the first day of a stack", () => {
    assert.deepStrictEqual(alarm("no-complete-run")["warmUpConfiguration"], {
      warmUpPeriodDurationInMinutes: 26 * 60,
      onlyStartEvaluatingAfterWarmUpPeriodEnds: true
    })
  })

  it.each([
    ["gaps-in-run", metric.runGaps, "Maximum"],
    ["omdb-quota", metric.omdbQuotaHits, "Sum"]
  ])("is one %s, told anew the next time", (name, metricName, statistic) => {
    const inputs = alarm(name)
    assert.deepInclude(inputs, { namespace: "ImdbEtl", metricName, statistic, threshold: 0 })
    assert.deepStrictEqual(inputs["dimensions"], { stack: "dev" })
    assert.deepInclude(inputs, { comparisonOperator: "GreaterThanThreshold", period: 300, evaluationPeriods: 1 })
    assert.strictEqual(inputs["treatMissingData"], "notBreaching")
  })

  it("is told to the topic by every alarm, with its stack and what happened", () => {
    for (const { inputs, name } of alarmsOf(see)) {
      assert.deepStrictEqual(inputs["alarmActions"], [topicArnOf(see)], name)
      assert.match(
        String(inputs["alarmDescription"]),
        /^Stack dev: .+\. What to do: docs\/runbooks\/[a-z-]+\.md$/,
        name
      )
    }
  })

  it("is told by the functions under the stack's name, and watched under it", () => {
    for (const [stack, other] of [
      ["dev", see],
      ["prod", prod]
    ] as const) {
      for (const { inputs, name } of other.of("aws:lambda/function:Function")) {
        assert.strictEqual(parsed(JSON.stringify(inputs["environment"])).variables.STACK, stack, name)
      }
      const quota = other.one("aws:cloudwatch/metricAlarm:MetricAlarm", "omdb-quota")
      assert.deepStrictEqual(quota.inputs["dimensions"], { stack })
    }
  })

  it("links the runbook's page where the stack knows its repository's address", () => {
    const { inputs } = configured.one("aws:cloudwatch/metricAlarm:MetricAlarm", "omdb-quota")
    assert.include(String(inputs["alarmDescription"]), `${repositoryUrl}/docs/runbooks/omdb-quota.md`)
  })

  it("is a month's bill above the configured limit, or one foreseen", () => {
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

  it("lets alarms and budgets of this account publish, nobody else, and needs no key that they may not use", () => {
    const [, , , , account] = topicArnOf(see).split(":")
    const policy = parsed(see.one("aws:sns/topicPolicy:TopicPolicy", "alarms-policy").inputs["policy"])
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
    assert.notProperty(see.one("aws:sns/topic:Topic", "alarms").inputs, "kmsMasterKeyId")
  })

  it("is mailed only where the stack names an address", () => {
    assert.isEmpty(see.of("aws:sns/topicSubscription:TopicSubscription"))
    assert.deepStrictEqual(
      configured.of("aws:sns/topicSubscription:TopicSubscription").map(({ inputs }) => inputs),
      [{ topic: topicArnOf(configured), protocol: "email", endpoint: "someone@example.com" }]
    )
  })
})

describe("the dashboard", () => {
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
    widgets = parsed(see.one("aws:cloudwatch/dashboard:Dashboard", "pipeline").inputs["dashboardBody"]).widgets
  })

  it("has a name of its own in each stack", () => {
    const names = [see, prod].map((each) => each.of("aws:cloudwatch/dashboard:Dashboard")[0]?.inputs["dashboardName"])
    assert.deepStrictEqual(names, ["imdb-serverless-etl-dev", "imdb-serverless-etl-prod"])
  })

  it("begins with every alarm's state", () => {
    assert.sameMembers(
      [...(widgets[0]?.properties.alarms ?? [])],
      alarmsOf(see).map(({ outputs }) => String(outputs["arn"]))
    )
  })

  it("has a row per stage in the order of the data: its work, its function, its queues", () => {
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
    const nameOf = (type: string, name = "") => JSON.stringify(see.one(type, name).outputs["name"])
    assert.strictEqual(rows.length, 4)
    for (const [index, row] of rows.entries()) {
      const [facts, ofFunction, ofQueues] = row.map(({ properties }) => JSON.stringify(properties.metrics))
      for (const name of work[index] ?? []) assert.include(facts, name)
      assert.include(ofFunction, nameOf("aws:lambda/function:Function", handlers[index]))
      for (const queue of queues[index] ?? []) assert.include(ofQueues, nameOf("aws:sqs/queue:Queue", queue))
    }
  })

  it("draws all that is measured, of this stack alone and in its region", () => {
    const drawn = JSON.stringify(widgets)
    for (const name of Object.values(metric)) assert.include(drawn, name)
    assert.include(drawn, 'MetricName=\\"MovieGaps\\" stack=\\"dev\\"')
    for (const { type, properties } of widgets)
      if (type === "metric") assert.strictEqual(properties.region, "eu-central-1")
  })

  it("lays no two widgets over each other on its 24 columns", () => {
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
