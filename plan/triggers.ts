import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { RegisteredResource } from "../engine/resourceMonitor.ts"
import { type DisplayRecord, displayInputs } from "./displayInputs.ts"
import { joinWords, type ResourceIndex, resourceName } from "./resources.ts"
import { scheduleWords } from "./schedule.ts"

/** What invokes each function and what happens to a failed invocation, in sentences in the order of the resources. */
export const triggersOf = (resources: ReadonlyArray<RegisteredResource>, index: ResourceIndex): ReadonlyArray<string> =>
  resources.flatMap((resource) => {
    const describe = triggers[resource.type]
    if (describe === undefined) return []
    const inputs = displayInputs(resource)
    return describe(inputs, resource, index) ?? [`${resourceName(resource)} is declared as ${JSON.stringify(inputs)}`]
  })

/** Undefined where the inputs have another form than expected. */
type Describe = (
  inputs: DisplayRecord,
  resource: RegisteredResource,
  index: ResourceIndex
) => ReadonlyArray<string> | undefined

/** Inputs that no sentence needs to mention. */
const omittedInputs = ["name", "description", "flexibleTimeWindow"]

/** Describes one type of trigger by the inputs in `fields`, and adds every other input as it is declared. */
const trigger =
  <F extends Schema.Struct.Fields>(
    fields: F,
    sentences: (
      inputs: Schema.Struct.Type<F>,
      index: ResourceIndex,
      resource: RegisteredResource
    ) => ReadonlyArray<string>
  ): Describe =>
  (inputs, resource, index) => {
    const decode = Schema.decodeUnknownOption(Schema.Struct(fields) as unknown as Schema.Codec<Schema.Struct.Type<F>>)
    const others = Object.entries(inputs)
      .filter(([name]) => !(name in fields || omittedInputs.includes(name)))
      .map(([name, value]) => `${resourceName(resource)} also has ${name} ${JSON.stringify(value)}`)
    return Option.getOrUndefined(
      Option.map(decode(inputs), (decoded) => [...sentences(decoded, index, resource), ...others])
    )
  }

const duration = (seconds: number) => (seconds % 3600 === 0 ? `${seconds / 3600} h` : `${seconds} s`)

/** `is retried up to 2 times within 6 h, then sent to the failed-runs queue` */
const retried = (retries: number, seconds: number, deadLetterQueue: string | undefined, { nameOf }: ResourceIndex) =>
  `is retried up to ${retries} times within ${duration(seconds)}, then ${
    deadLetterQueue === undefined ? "dropped" : `sent to ${nameOf(deadLetterQueue)}`
  }`

const RedrivePolicy = Schema.Struct({ deadLetterTargetArn: Schema.String, maxReceiveCount: Schema.Finite })

const triggers: Readonly<Record<string, Describe>> = {
  "aws:scheduler/schedule:Schedule": trigger(
    {
      scheduleExpression: Schema.String,
      scheduleExpressionTimezone: Schema.String,
      state: Schema.optionalKey(Schema.String),
      target: Schema.Struct({
        arn: Schema.String,
        retryPolicy: Schema.Struct({ maximumRetryAttempts: Schema.Finite, maximumEventAgeInSeconds: Schema.Finite }),
        deadLetterConfig: Schema.optionalKey(Schema.Struct({ arn: Schema.String }))
      })
    },
    ({ scheduleExpression: expression, scheduleExpressionTimezone: zone, state, target }, index, schedule) => {
      const { maximumRetryAttempts: retries, maximumEventAgeInSeconds: seconds } = target.retryPolicy
      const disabled = state === "DISABLED" ? ", but is disabled" : ""
      const name = resourceName(schedule)
      return [
        `${name} invokes ${index.nameOf(target.arn)} ${scheduleWords(expression)} ${zone}: ${expression}${disabled}`,
        `a failed delivery of ${name} ${retried(retries, seconds, target.deadLetterConfig?.arn, index)}`
      ]
    }
  ),
  "aws:lambda/eventSourceMapping:EventSourceMapping": trigger(
    {
      eventSourceArn: Schema.String,
      functionName: Schema.String,
      batchSize: Schema.optionalKey(Schema.Finite),
      functionResponseTypes: Schema.optionalKey(Schema.Array(Schema.String)),
      scalingConfig: Schema.optionalKey(Schema.Struct({ maximumConcurrency: Schema.Finite }))
    },
    ({ eventSourceArn, functionName, batchSize = 10, functionResponseTypes, scalingConfig }, index) => {
      const source = index.findByOutput(eventSourceArn)
      const redrive = Schema.decodeUnknownOption(RedrivePolicy)(source && displayInputs(source)["redrivePolicy"])
      const concurrency = scalingConfig ? `at most ${scalingConfig.maximumConcurrency}` : "any number"
      const isPartial = functionResponseTypes?.includes("ReportBatchItemFailures")
      const end = Option.match(redrive, {
        onNone: () => "until they expire",
        onSome: (to) => `and move to ${index.nameOf(to.deadLetterTargetArn)} after ${to.maxReceiveCount} receives`
      })
      return [
        `${index.nameOf(eventSourceArn)} invokes ${index.nameOf(functionName)} with batches of up to ${batchSize}, ${concurrency} at once; ` +
          `${isPartial ? "only failed messages" : "all messages of a failed batch"} are received again, ${end}`
      ]
    }
  ),
  "aws:s3/bucketNotification:BucketNotification": trigger(
    {
      bucket: Schema.String,
      queues: Schema.Array(
        Schema.Struct({
          queueArn: Schema.String,
          events: Schema.Array(Schema.String),
          filterPrefix: Schema.optionalKey(Schema.String),
          filterSuffix: Schema.optionalKey(Schema.String)
        })
      )
    },
    ({ bucket, queues }, { nameOf }) =>
      queues.map(({ queueArn, events, filterPrefix, filterSuffix }) => {
        const filters = [
          ...(filterPrefix === undefined ? [] : [`start with ${filterPrefix}`]),
          ...(filterSuffix === undefined ? [] : [`end with ${filterSuffix}`])
        ]
        const keys = filters.length === 0 ? "all keys" : `keys that ${joinWords(filters)}`
        return `${nameOf(bucket)} notifies ${nameOf(queueArn)} of ${joinWords(events)} for ${keys}`
      })
  ),
  "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": trigger(
    {
      functionName: Schema.String,
      maximumRetryAttempts: Schema.Finite,
      maximumEventAgeInSeconds: Schema.optionalKey(Schema.Finite),
      destinationConfig: Schema.optionalKey(
        Schema.Struct({ onFailure: Schema.optionalKey(Schema.Struct({ destination: Schema.String })) })
      )
    },
    ({ functionName, maximumRetryAttempts, maximumEventAgeInSeconds = 21_600, destinationConfig }, index) => {
      const destination = destinationConfig?.onFailure?.destination
      const retries = retried(maximumRetryAttempts, maximumEventAgeInSeconds, destination, index)
      return [`a failed asynchronous invocation of ${index.nameOf(functionName)} ${retries}`]
    }
  )
}
