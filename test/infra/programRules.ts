import { athenaResultsPrefix, prefix } from "../../domain/keys.ts"
import type { RegisteredResource } from "../../engine/resourceMonitor.ts"
import { at, type DisplayValue, isList } from "../../plan/displayInputs.ts"

type Resources = ReadonlyArray<RegisteredResource>

/** Rules for the whole program: each returns the resources that break it. */
export const programRules = {
  // `pulumi preview --import-file` ends with a Go panic for a type without a module.
  "each component's type is of the form package:module:name": (all) =>
    all.filter(({ component, type }) => component && !/^[\w-]+:\w+:\w+$/.test(type)),

  // What Pulumi generates of a logical name has eight characters more.
  "AWS accepts the length of each generated name": (all) =>
    all.filter(
      ({ type, name, inputs }) =>
        name.length + 8 + (inputs["fifoQueue"] === true ? ".fifo".length : 0) > (longestNames[type] ?? 255)
    ),

  "no bucket is public or reached without TLS": (all) =>
    ofType(all, "s3/bucket:Bucket").filter((bucket) => {
      const block = partOf(all, bucket, "PublicAccessBlock")
      const policy = statementsOf(partOf(all, bucket, "Policy")?.inputs["policy"])
      return (
        ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"].some(
          (wall) => block?.inputs[wall] !== true
        ) ||
        !policy.some(
          (each) => at(each, "Effect") === "Deny" && at(each, "Condition", "Bool", "aws:SecureTransport") === "false"
        )
      )
    }),

  "what is stored is encrypted": (all) => [
    ...ofType(all, "s3/bucket:Bucket").filter(
      (bucket) => partOf(all, bucket, "ServerSideEncryptionConfiguration") === undefined
    ),
    // S3 cannot send to a queue under the AWS-managed KMS key.
    ...ofType(all, "sqs/queue:Queue").filter(({ inputs }) => inputs["sqsManagedSseEnabled"] !== true)
  ],

  "no policy allows every action, every resource or everyone": (all) =>
    all.filter(({ inputs }) =>
      Object.values(inputs)
        .flatMap(statementsOf)
        .filter((statement) => at(statement, "Effect") === "Allow")
        .some(
          (statement) =>
            list(at(statement, "Action")).some((action) => String(action).includes("*")) ||
            list(at(statement, "Resource")).includes("*") ||
            JSON.stringify(at(statement, "Principal") ?? "").includes('"*"')
        )
    ),

  "the log of each function is kept for a set time": (all) =>
    ofType(all, "lambda/function:Function").filter(({ inputs }) => {
      const name = at(inputs["loggingConfig"], "logGroup")
      const group = ofType(all, "cloudwatch/logGroup:LogGroup").find(({ outputs }) => outputs["name"] === name)
      return !(Number(group?.inputs["retentionInDays"]) > 0)
    }),

  "each queue is a dead-letter queue or has one of its own": (all) =>
    ofType(all, "sqs/queue:Queue").filter((queue) => {
      if (deadLetterArns(all).has(String(queue.outputs["arn"])))
        return queue.inputs["messageRetentionSeconds"] !== 14 * 86_400
      const target = at(parsed(queue.inputs["redrivePolicy"]), "deadLetterTargetArn")
      const deadLetters = ofType(all, "sqs/queue:Queue").find(({ outputs }) => outputs["arn"] === target)
      const allowed = ofType(all, "sqs/redriveAllowPolicy:RedriveAllowPolicy").find(
        ({ inputs }) => inputs["queueUrl"] === deadLetters?.outputs["url"]
      )
      const sources = list(at(parsed(allowed?.inputs["redriveAllowPolicy"]), "sourceQueueArns"))
      return sources.join() !== queue.outputs["arn"] || deadLetters?.inputs["fifoQueue"] !== queue.inputs["fifoQueue"]
    }),

  "each schedule and each function that it invokes has a dead-letter queue": (all) =>
    ofType(all, "scheduler/schedule:Schedule").filter(({ inputs }) => {
      const target = ofType(all, "lambda/function:Function").find(
        ({ outputs }) => outputs["arn"] === at(inputs["target"], "arn")
      )
      const config = ofType(all, "lambda/functionEventInvokeConfig:FunctionEventInvokeConfig").find(
        (each) => each.inputs["functionName"] === target?.outputs["name"]
      )
      return [
        at(inputs["target"], "deadLetterConfig", "arn"),
        at(config?.inputs["destinationConfig"], "onFailure", "destination")
      ].includes(undefined)
    }),

  "each dead-letter queue has an alarm that notifies": (all) =>
    ofType(all, "sqs/queue:Queue").filter(
      ({ outputs }) =>
        deadLetterArns(all).has(String(outputs["arn"])) &&
        !ofType(all, "cloudwatch/metricAlarm:MetricAlarm").some(
          ({ inputs }) =>
            at(inputs["dimensions"], "QueueName") === outputs["name"] && list(inputs["alarmActions"]).length > 0
        )
    ),

  "a message stays invisible for six times the timeout of its function": (all) =>
    mappings(all).filter(
      ({ queue, consumer }) =>
        !(Number(queue?.inputs["visibilityTimeoutSeconds"]) >= 6 * Number(consumer?.inputs["timeout"]))
    ),

  "a run fits into the ten concurrent executions of a new account": (all) => {
    const consumers = mappings(all).map(({ consumer }) => consumer)
    const others = ofType(all, "lambda/function:Function").filter((each) => !consumers.includes(each))
    // A run has one message in each queue whose mapping has no limit: one message group, one CSV, one manifest.
    const limits = mappings(all).map(({ inputs }) => Number(at(inputs["scalingConfig"], "maximumConcurrency") ?? 1))
    const reserved = ofType(all, "lambda/function:Function").filter(
      ({ inputs }) => inputs["reservedConcurrentExecutions"] !== undefined
    )
    return limits.reduce((sum, limit) => sum + limit, others.length) <= 10 ? reserved : mappings(all)
  },

  "objects expire under each prefix but latest/": (all) =>
    ofType(all, "s3/bucket:Bucket").filter((bucket) => {
      const rules = list(partOf(all, bucket, "LifecycleConfiguration")?.inputs["rules"])
      const expiring = rules.filter((rule) => at(rule, "expiration", "days") !== undefined)
      const expected = [...Object.values(prefix), athenaResultsPrefix]
      return (
        expiring
          .map((rule) => at(rule, "filter", "prefix"))
          .sort()
          .join() !== expected.sort().join()
      )
    })
} satisfies Record<string, (all: Resources) => Resources>

const longestNames: Readonly<Record<string, number>> = {
  "aws:s3/bucket:Bucket": 63,
  "aws:lambda/function:Function": 64,
  "aws:iam/role:Role": 64,
  "aws:scheduler/schedule:Schedule": 64,
  "aws:sqs/queue:Queue": 80,
  "aws:iam/rolePolicy:RolePolicy": 128
}

const ofType = (all: Resources, type: string) => all.filter((each) => each.type === `aws:${type}`)

/** A configuration of the bucket, which is a resource of its own. */
const partOf = (all: Resources, bucket: RegisteredResource, part: string) =>
  ofType(all, `s3/bucket${part}:Bucket${part}`).find(({ inputs }) => inputs["bucket"] === bucket.outputs["bucket"])

const mappings = (all: Resources) =>
  ofType(all, "lambda/eventSourceMapping:EventSourceMapping").map((mapping) => ({
    ...mapping,
    queue: ofType(all, "sqs/queue:Queue").find(({ outputs }) => outputs["arn"] === mapping.inputs["eventSourceArn"]),
    consumer: ofType(all, "lambda/function:Function").find(
      ({ outputs }) => outputs["name"] === mapping.inputs["functionName"]
    )
  }))

/** Where queues, schedules and asynchronous functions put what fails. */
const deadLetterArns = (all: Resources): ReadonlySet<string> =>
  new Set(
    all
      .flatMap(({ inputs }) =>
        [
          at(parsed(inputs["redrivePolicy"]), "deadLetterTargetArn"),
          at(inputs["target"], "deadLetterConfig", "arn"),
          at(inputs["destinationConfig"], "onFailure", "destination")
        ].filter((arn) => arn !== undefined)
      )
      .map(String)
  )

const parsed = (json: unknown): unknown =>
  typeof json === "string" && json.startsWith("{") ? JSON.parse(json) : undefined

const list = (value: unknown): ReadonlyArray<DisplayValue> =>
  isList(value) ? value : value === undefined ? [] : [value as DisplayValue]

const statementsOf = (input: unknown) => list(at(parsed(input), "Statement"))
