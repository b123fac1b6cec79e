import { assert, describe, it } from "@effect/vitest"
import type { Properties } from "../../engine/Properties.ts"
import { indexResources } from "../../plan/resources.ts"
import { alarmsOf, triggersOf } from "../../plan/triggersAndAlarms.ts"
import { declared, output, type } from "./declaredResource.ts"

const dead = declared(type.queue, "dead")
const queue = declared(type.queue, "movies")
const topic = declared("aws:sns/topic:Topic", "alarms")
const bucket = declared(type.bucket, "movies")
const worker = declared(type.function, "Worker")
const notification = "aws:s3/bucketNotification:BucketNotification"
const invokeConfig = "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig"
const invoked = { functionName: output(worker, "name"), maximumRetryAttempts: 2 }

const sentencesOf = (describe: typeof triggersOf, type: string, inputs: Properties) => {
  const resource = declared(type, "it", inputs)
  return describe([resource], indexResources([dead, queue, topic, bucket, worker, resource]))
}

it.each<[title: string, type: string, inputs: Properties, sentences: ReadonlyArray<string>]>([
  [
    "a schedule and the retries of its deliveries",
    type.schedule,
    {
      scheduleExpression: "cron(0 6 * * ? *)",
      scheduleExpressionTimezone: "Etc/UTC",
      state: "DISABLED",
      target: {
        arn: output(worker, "arn"),
        retryPolicy: { maximumRetryAttempts: 10 },
        deadLetterConfig: { arn: output(dead, "arn") }
      }
    },
    [
      "the schedule it invokes Worker at cron(0 6 * * ? *) Etc/UTC: state DISABLED",
      "a failed delivery of the schedule it is sent to the queue dead: maximumRetryAttempts 10"
    ]
  ],
  [
    "a mapping and its options",
    type.mapping,
    { eventSourceArn: output(queue, "arn"), functionName: output(worker, "arn"), batchSize: 5 },
    ["the queue movies invokes Worker: batchSize 5"]
  ],
  [
    "a queue with a dead-letter queue",
    type.queue,
    { redrivePolicy: JSON.stringify({ deadLetterTargetArn: output(dead, "arn"), maxReceiveCount: 8 }) },
    ["the queue it moves a message to the queue dead after 8 failed receives"]
  ],
  ["no queue without one", type.queue, { fifoQueue: true }, []],
  [
    "a bucket notification and its filters",
    notification,
    { bucket: output(bucket, "name"), queues: [{ queueArn: output(queue, "arn"), filterPrefix: "csv/" }] },
    ["the bucket movies notifies the queue movies: filterPrefix csv/"]
  ],
  [
    "a notification of other services by its inputs",
    notification,
    { bucket: output(bucket, "name"), eventbridge: true },
    ["the bucket movies notifies others: eventbridge true"]
  ],
  [
    "asynchronous invocations with a destination",
    invokeConfig,
    { ...invoked, destinationConfig: { onFailure: { destination: output(dead, "arn") } } },
    ["a failed asynchronous invocation of Worker is sent to the queue dead: maximumRetryAttempts 2"]
  ],
  [
    "asynchronous invocations without a destination",
    invokeConfig,
    invoked,
    ["a failed asynchronous invocation of Worker is dropped: maximumRetryAttempts 2"]
  ]
])("triggersOf describes %s", (_, type, inputs, sentences) => {
  assert.deepStrictEqual(sentencesOf(triggersOf, type, inputs), sentences)
})

describe("alarmsOf", () => {
  it.each<[title: string, type: string, inputs: Properties, sentence: string]>([
    [
      "an alarm on one metric, its topic, and its other inputs without its description",
      "aws:cloudwatch/metricAlarm:MetricAlarm",
      {
        ...{ alarmActions: [output(topic, "arn")], alarmDescription: "Too many.", period: 300, statistic: "Sum" },
        ...{ namespace: "AWS/Lambda", metricName: "Errors", comparisonOperator: "GreaterThanThreshold", threshold: 0 }
      },
      "it notifies the topic alarms if the Sum of AWS/Lambda Errors is GreaterThanThreshold 0: period 300"
    ],
    [
      "an alarm on an expression by its inputs",
      "aws:cloudwatch/metricAlarm:MetricAlarm",
      { metricQueries: [{ id: "filled", expression: "FILL(completed, 0)" }], threshold: 1 },
      'it: metricQueries [{"id":"filled","expression":"FILL(completed, 0)"}], threshold 1'
    ],
    [
      "a budget",
      "aws:budgets/budget:Budget",
      { limitAmount: "5", limitUnit: "USD" },
      "it: limitAmount 5, limitUnit USD"
    ]
  ])("describes %s", (_, type, inputs, sentence) => {
    assert.deepStrictEqual(sentencesOf(alarmsOf, type, inputs), [sentence])
  })
})
