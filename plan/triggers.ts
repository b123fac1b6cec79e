import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { RegisteredResource } from "../engine/resourceMonitor.ts"
import { type DisplayRecord, displayInputs } from "./displayInputs.ts"
import { joinWords, type ResourceIndex, resourceName } from "./resources.ts"
import { scheduleWords } from "./schedule.ts"

type Trigger = (
  inputs: DisplayRecord,
  of: RegisteredResource,
  nouns: ResourceIndex
) => ReadonlyArray<string> | undefined

/** Inputs that say nothing of when and what. */
const quiet = ["name", "description", "flexibleTimeWindow"]

/** The sentences of one type of trigger, from the inputs that they speak of; others are added as they are. */
const trigger =
  <F extends Schema.Struct.Fields>(
    fields: F,
    sentences: (inputs: Schema.Struct.Type<F>, nouns: ResourceIndex, of: RegisteredResource) => ReadonlyArray<string>
  ): Trigger =>
  (inputs, of, nouns) => {
    const decode = Schema.decodeUnknownOption(Schema.Struct(fields) as unknown as Schema.Codec<Schema.Struct.Type<F>>)
    const others = Object.entries(inputs).filter(([name]) => !(name in fields || quiet.includes(name)))
    const also = others.map(([name, value]) => `${resourceName(of)} has also ${name} ${JSON.stringify(value)}`)
    return Option.getOrUndefined(Option.map(decode(inputs), (decoded) => [...sentences(decoded, nouns, of), ...also]))
  }

const duration = (seconds: number) => (seconds % 3600 === 0 ? `${seconds / 3600} h` : `${seconds} s`)
const DeadLetters = Schema.Struct({ deadLetterTargetArn: Schema.String, maxReceiveCount: Schema.Finite })

const triggers: Readonly<Record<string, Trigger>> = {
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
    ({ scheduleExpression: expression, scheduleExpressionTimezone: zone, state, target }, { nameOf: nounOf }, of) => {
      const { retryPolicy: retry, deadLetterConfig: dead } = target
      const off = state === "DISABLED" ? ", but is disabled" : ""
      const failed = `up to ${retry.maximumRetryAttempts} retries within ${duration(retry.maximumEventAgeInSeconds)}`
      return [
        `${resourceName(of)} runs ${nounOf(target.arn)} ${scheduleWords(expression)} ${zone}: ${expression}${off}`,
        `a delivery of ${resourceName(of)} that fails has ${failed}${dead ? `, then goes to ${nounOf(dead.arn)}` : ", then is lost"}`
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
    (inputs, { findByOutput: named, nameOf: nounOf }) => {
      const most = inputs.scalingConfig && `at most ${inputs.scalingConfig.maximumConcurrency} at once`
      const partial = inputs.functionResponseTypes?.includes("ReportBatchItemFailures")
      const source = named(inputs.eventSourceArn)
      const dead = Schema.decodeUnknownOption(DeadLetters)(source && displayInputs(source)["redrivePolicy"])
      const how = `in batches of up to ${inputs.batchSize ?? 10}, ${most ?? "any number at once"}`
      const back = partial ? "only failed records come back" : "all records come back when one fails"
      const last = Option.match(dead, {
        onNone: () => ", until they expire",
        onSome: (to) => `, and go to ${nounOf(to.deadLetterTargetArn)} after ${to.maxReceiveCount} receives`
      })
      return [`${nounOf(inputs.eventSourceArn)} runs ${nounOf(inputs.functionName)} ${how}; ${back}${last}`]
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
    ({ bucket, queues }, { nameOf: nounOf }) =>
      queues.map(({ queueArn, events, filterPrefix, filterSuffix }) => {
        const where = [
          ...(filterPrefix === undefined ? [] : [`under ${filterPrefix}`]),
          ...(filterSuffix === undefined ? [] : [`ending in ${filterSuffix}`])
        ]
        return `${nounOf(bucket)} tells ${nounOf(queueArn)} of ${joinWords(events)} ${where.length > 0 ? where.join(" and ") : "of any key"}`
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
    (
      { functionName, maximumRetryAttempts, maximumEventAgeInSeconds = 21_600, destinationConfig },
      { nameOf: nounOf }
    ) => {
      const destination = destinationConfig?.onFailure?.destination
      const last = destination === undefined ? ", then is lost" : `, then goes to ${nounOf(destination)}`
      const within = `within ${duration(maximumEventAgeInSeconds)}`
      return [
        `an asynchronous run of ${nounOf(functionName)} that fails has up to ${maximumRetryAttempts} retries ${within}${last}`
      ]
    }
  )
}

/** What starts what, in a sentence each, in the order of the resources. */
export const triggersOf = (resources: ReadonlyArray<RegisteredResource>, nouns: ResourceIndex): ReadonlyArray<string> =>
  resources.flatMap((resource) => {
    const inputs = displayInputs(resource)
    const known = triggers[resource.type]
    if (known === undefined) return []
    return known(inputs, resource, nouns) ?? [`${resourceName(resource)}, as it is declared: ${JSON.stringify(inputs)}`]
  })
