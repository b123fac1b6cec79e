import { assert, describe, it } from "@effect/vitest"
import { alarmsOf } from "../../plan/alarms.ts"
import { indexResources } from "../../plan/resources.ts"
import { triggersOf } from "../../plan/triggers.ts"
import { declared, output, type } from "./declaredResource.ts"

const queue = await declared(type.queue, "movies")
const topic = await declared("aws:sns/topic:Topic", "alarms")

describe("alarms in words", () => {
  it("say what is watched, from where on, and who is told", async () => {
    const alarm = await declared("aws:cloudwatch/metricAlarm:MetricAlarm", "movies-waiting", {
      namespace: "AWS/SQS",
      metricName: "ApproximateNumberOfMessagesVisible",
      dimensions: { QueueName: output(queue, "name") },
      statistic: "Maximum",
      comparisonOperator: "GreaterThanThreshold",
      threshold: 0,
      period: 300,
      evaluationPeriods: 1,
      treatMissingData: "notBreaching",
      alarmActions: [output(topic, "arn")]
    })
    assert.deepStrictEqual(alarmsOf([queue, topic, alarm], indexResources([queue, topic, alarm])), [
      "movies-waiting: Maximum AWS/SQS ApproximateNumberOfMessagesVisible of QueueName the movies queue > 0 in 1 period of 300 s, no data counts as notBreaching; tells the topic alarms"
    ])
  })

  it("drop neither an alarm on an expression nor a budget", async () => {
    const metricQueries = [{ id: "e1", expression: "a/b" }]
    const resources = [
      await declared("aws:cloudwatch/metricAlarm:MetricAlarm", "ratio", { metricQueries, threshold: 1 }),
      await declared("aws:budgets/budget:Budget", "month", { limitAmount: "5", limitUnit: "USD", timeUnit: "MONTHLY" })
    ]
    const [ratio, month] = alarmsOf(resources, indexResources(resources))
    assert.match(ratio ?? "", /^ratio: a\/b /)
    assert.include(month ?? "", "month: 5 USD MONTHLY")
  })
})

describe("triggers in words", () => {
  it("say what they have no words for as it is", async () => {
    const worker = await declared(type.function, "Worker")
    const filterCriteria = { filters: [{ pattern: "x" }] }
    const mapping = await declared(type.mapping, "odd", {
      eventSourceArn: output(queue, "arn"),
      functionName: output(worker, "name"),
      filterCriteria
    })
    const unread = await declared("aws:s3/bucketNotification:BucketNotification", "notes", { eventbridge: true })
    assert.deepStrictEqual(
      triggersOf([queue, worker, mapping, unread], indexResources([queue, worker, mapping, unread])),
      [
        "the movies queue runs Worker in batches of up to 10, any number at once; all records come back when one fails, until they expire",
        `the eventSourceMapping odd has also filterCriteria ${JSON.stringify(filterCriteria)}`,
        'the bucketNotification notes, as it is declared: {"eventbridge":true}'
      ]
    )
  })
})
