import { assert, describe, it } from "@effect/vitest"
import type { Properties } from "../../engine/Properties.ts"
import { alarmsOf } from "../../plan/alarms.ts"
import { indexResources } from "../../plan/resources.ts"
import { triggersOf } from "../../plan/triggers.ts"
import { declared, output, type } from "./declaredResource.ts"

const dead = declared(type.queue, "dead")
const queue = declared(type.queue, "movies", {
  redrivePolicy: JSON.stringify({ deadLetterTargetArn: output(dead, "arn"), maxReceiveCount: 8 })
})
const topic = declared("aws:sns/topic:Topic", "alarms")
const bucket = declared(type.bucket, "movies")
const worker = declared(type.function, "Worker")

const sentencesOf = (describe: typeof triggersOf, type: string, inputs: Properties) => {
  const resource = declared(type, "it", inputs)
  return describe([resource], indexResources([dead, queue, topic, bucket, worker, resource]))
}

describe("triggersOf", () => {
  const notification = "aws:s3/bucketNotification:BucketNotification"
  const invokeConfig = "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig"
  const mapping = { eventSourceArn: output(queue, "arn"), functionName: output(worker, "arn") }
  const target = {
    arn: output(worker, "arn"),
    retryPolicy: { maximumRetryAttempts: 10, maximumEventAgeInSeconds: 3600 },
    deadLetterConfig: { arn: output(dead, "arn") }
  }
  const schedule = { scheduleExpression: "cron(0 6 * * ? *)", scheduleExpressionTimezone: "Etc/UTC", target }
  const notified = { queueArn: output(queue, "arn"), events: ["s3:ObjectCreated:*"] }
  const filtered = { ...notified, filterPrefix: "csv/", filterSuffix: ".csv" }
  const invoked = { functionName: output(worker, "name"), maximumRetryAttempts: 2 }
  const onFailure = { destination: output(dead, "arn") }

  it.each<[title: string, type: string, inputs: Properties, sentences: ReadonlyArray<string>]>([
    [
      "a schedule and the retries of its deliveries",
      type.schedule,
      { ...schedule, state: "DISABLED" },
      [
        "the schedule it invokes Worker every day at 06:00 Etc/UTC: cron(0 6 * * ? *), but is disabled",
        "a failed delivery of the schedule it is retried up to 10 times within 1 h, then sent to the dead queue"
      ]
    ],
    [
      "a mapping with a partial batch response and a dead-letter queue",
      type.mapping,
      {
        ...mapping,
        batchSize: 5,
        scalingConfig: { maximumConcurrency: 2 },
        functionResponseTypes: ["ReportBatchItemFailures"]
      },
      [
        "the movies queue invokes Worker with batches of up to 5, at most 2 at once; only failed messages are received again, and move to the dead queue after 8 receives"
      ]
    ],
    [
      "a mapping without them",
      type.mapping,
      { ...mapping, eventSourceArn: output(dead, "arn") },
      [
        "the dead queue invokes Worker with batches of up to 10, any number at once; all messages of a failed batch are received again, until they expire"
      ]
    ],
    [
      "a bucket notification with and without filters",
      notification,
      { bucket: output(bucket, "name"), queues: [filtered, notified] },
      [
        "the movies bucket notifies the movies queue of s3:ObjectCreated:* for keys that start with csv/ and end with .csv",
        "the movies bucket notifies the movies queue of s3:ObjectCreated:* for all keys"
      ]
    ],
    [
      "asynchronous invocations with a destination",
      invokeConfig,
      { ...invoked, maximumEventAgeInSeconds: 90, destinationConfig: { onFailure } },
      ["a failed asynchronous invocation of Worker is retried up to 2 times within 90 s, then sent to the dead queue"]
    ],
    [
      "asynchronous invocations without a destination, and an input without words",
      invokeConfig,
      { ...invoked, qualifier: "live" },
      [
        "a failed asynchronous invocation of Worker is retried up to 2 times within 6 h, then dropped",
        'the functionEventInvokeConfig it also has qualifier "live"'
      ]
    ],
    [
      "a notification without queues by its inputs",
      notification,
      { eventbridge: true },
      ["the bucketNotification it also has eventbridge true"]
    ]
  ])("describes %s", (_, type, inputs, sentences) => {
    assert.deepStrictEqual(sentencesOf(triggersOf, type, inputs), sentences)
  })
})

describe("alarmsOf", () => {
  const metric = { stat: "Sum", namespace: "ImdbEtl", metricName: "RunsCompleted", period: 3600 }
  it.each<[title: string, type: string, inputs: Properties, sentence: string]>([
    [
      "an alarm on one metric",
      "aws:cloudwatch/metricAlarm:MetricAlarm",
      {
        ...{ namespace: "AWS/SQS", metricName: "Visible", dimensions: { QueueName: output(queue, "name") } },
        ...{ statistic: "Maximum", comparisonOperator: "GreaterThanThreshold", threshold: 0, period: 300 },
        ...{ evaluationPeriods: 1, treatMissingData: "notBreaching", alarmActions: [output(topic, "arn")] }
      },
      "it: Maximum of AWS/SQS Visible (QueueName the movies queue) > 0 in 1 period of 300 s; missing data counts as notBreaching; notifies the topic alarms"
    ],
    [
      "an alarm on an expression, with the metrics in it",
      "aws:cloudwatch/metricAlarm:MetricAlarm",
      {
        metricQueries: [
          { id: "completed", metric },
          { id: "filled", expression: "FILL(completed, 0)", returnData: true }
        ],
        ...{ comparisonOperator: "LessThanThreshold", threshold: 1, evaluationPeriods: 26, datapointsToAlarm: 26 }
      },
      "it: FILL(completed, 0), where completed is the Sum of ImdbEtl RunsCompleted in 3600 s < 1 in 26 of 26 periods; missing data counts as missing; notifies no topic"
    ],
    [
      "a budget",
      "aws:budgets/budget:Budget",
      { limitAmount: "5", limitUnit: "USD", timeUnit: "MONTHLY", notifications: [{}, {}] },
      "it: 5 USD MONTHLY; notifies at 2 thresholds"
    ]
  ])("describes %s", (_, type, inputs, sentence) => {
    assert.deepStrictEqual(sentencesOf(alarmsOf, type, inputs), [sentence])
  })
})
