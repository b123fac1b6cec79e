import { assert, describe, it } from "@effect/vitest"
import type { RegisteredResource } from "../../engine/resourceMonitor.ts"
import { alarmsOf } from "../../plan/alarms.ts"
import { indexResources } from "../../plan/resources.ts"
import { triggersOf } from "../../plan/triggers.ts"
import { declared, output, type } from "./declaredResource.ts"

const dead = await declared(type.queue, "dead")
const queue = await declared(type.queue, "movies", {
  redrivePolicy: JSON.stringify({ deadLetterTargetArn: output(dead, "arn"), maxReceiveCount: 8 })
})
const topic = await declared("aws:sns/topic:Topic", "alarms")
const bucket = await declared(type.bucket, "movies")
const worker = await declared(type.function, "Worker")
const others = [dead, queue, topic, bucket, worker]

const triggers = (...resources: ReadonlyArray<RegisteredResource>) =>
  triggersOf(resources, indexResources([...others, ...resources]))
const alarms = (...resources: ReadonlyArray<RegisteredResource>) =>
  alarmsOf(resources, indexResources([...others, ...resources]))

describe("triggers in words", () => {
  const mapping = (inputs: object) =>
    declared(type.mapping, "m", {
      eventSourceArn: output(queue, "arn"),
      functionName: output(worker, "arn"),
      ...inputs
    })
  const notification = (queueInputs: object) =>
    declared("aws:s3/bucketNotification:BucketNotification", "n", {
      bucket: output(bucket, "name"),
      queues: [{ queueArn: output(queue, "arn"), events: ["s3:ObjectCreated:*"], ...queueInputs }]
    })

  it("describes a schedule and the retries of its deliveries", async () => {
    const schedule = await declared(type.schedule, "daily", {
      scheduleExpression: "cron(0 6 * * ? *)",
      scheduleExpressionTimezone: "Etc/UTC",
      state: "DISABLED",
      flexibleTimeWindow: { mode: "OFF" },
      target: {
        arn: output(worker, "arn"),
        retryPolicy: { maximumRetryAttempts: 10, maximumEventAgeInSeconds: 3600 },
        deadLetterConfig: { arn: output(dead, "arn") }
      }
    })
    assert.deepStrictEqual(triggers(schedule), [
      "the schedule daily invokes Worker every day at 06:00 Etc/UTC: cron(0 6 * * ? *), but is disabled",
      "a failed delivery of the schedule daily is retried up to 10 times within 1 h, then sent to the dead queue"
    ])
  })

  it("describes an event source mapping, its partial batch response and its dead-letter queue", async () => {
    const functionResponseTypes = ["ReportBatchItemFailures"]
    const limited = await mapping({ batchSize: 5, scalingConfig: { maximumConcurrency: 2 }, functionResponseTypes })
    const fromDead = await mapping({ eventSourceArn: output(dead, "arn") })
    assert.deepStrictEqual(triggers(limited, fromDead), [
      "the movies queue invokes Worker with batches of up to 5, at most 2 at once; only failed messages are received again, and move to the dead queue after 8 receives",
      "the dead queue invokes Worker with batches of up to 10, any number at once; all messages of a failed batch are received again, until they expire"
    ])
  })

  it("describes a bucket notification and its filters", async () => {
    const filtered = await notification({ filterPrefix: "csv/", filterSuffix: ".csv" })
    assert.deepStrictEqual(triggers(filtered, await notification({})), [
      "the movies bucket notifies the movies queue of s3:ObjectCreated:* for keys that start with csv/ and end with .csv",
      "the movies bucket notifies the movies queue of s3:ObjectCreated:* for all keys"
    ])
  })

  it("describes the retries of asynchronous invocations", async () => {
    const config = (inputs: object) =>
      declared("aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig", "c", {
        functionName: output(worker, "name"),
        maximumRetryAttempts: 2,
        ...inputs
      })
    const onFailure = { destination: output(dead, "arn") }
    const limited = await config({ maximumEventAgeInSeconds: 90, destinationConfig: { onFailure } })
    assert.deepStrictEqual(triggers(limited, await config({})), [
      "a failed asynchronous invocation of Worker is retried up to 2 times within 90 s, then sent to the dead queue",
      "a failed asynchronous invocation of Worker is retried up to 2 times within 6 h, then dropped"
    ])
  })

  it("shows inputs without words, and inputs of another form, as they are declared", async () => {
    const filterCriteria = { filters: [{ pattern: "x" }] }
    const other = await declared("aws:s3/bucketNotification:BucketNotification", "notes", { eventbridge: true })
    const [, ...sentences] = triggers(await mapping({ filterCriteria }), other)
    assert.deepStrictEqual(sentences, [
      `the eventSourceMapping m also has filterCriteria ${JSON.stringify(filterCriteria)}`,
      'the bucketNotification notes is declared as {"eventbridge":true}'
    ])
  })
})

describe("alarms in words", () => {
  const metricAlarm = (name: string, inputs: object) =>
    declared("aws:cloudwatch/metricAlarm:MetricAlarm", name, { ...inputs })

  it("describes the metric, the threshold and the notified topic", async () => {
    const waiting = await metricAlarm("waiting", {
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
    assert.deepStrictEqual(alarms(waiting), [
      "waiting: Maximum of AWS/SQS ApproximateNumberOfMessagesVisible (QueueName the movies queue) > 0 in 1 period of 300 s; missing data counts as notBreaching; notifies the topic alarms"
    ])
  })

  it("describes an expression by the metrics it is computed from", async () => {
    const metric = { stat: "Sum", namespace: "ImdbEtl", metricName: "RunsCompleted", period: 3600 }
    const missing = await metricAlarm("missing", {
      metricQueries: [
        { id: "completed", metric },
        { id: "filled", expression: "FILL(completed, 0)", returnData: true }
      ],
      comparisonOperator: "LessThanThreshold",
      threshold: 1,
      evaluationPeriods: 26,
      datapointsToAlarm: 26
    })
    assert.deepStrictEqual(alarms(missing), [
      "missing: FILL(completed, 0), where completed is the Sum of ImdbEtl RunsCompleted in 3600 s < 1 in 26 of 26 periods; missing data counts as missing; notifies no topic"
    ])
  })

  it("describes a budget", async () => {
    const limit = { limitAmount: "5", limitUnit: "USD", timeUnit: "MONTHLY", notifications: [{}, {}] }
    const budget = await declared("aws:budgets/budget:Budget", "month", limit)
    assert.deepStrictEqual(alarms(budget), ["month: 5 USD MONTHLY; notifies at 2 thresholds"])
  })
})
