import type { RegisteredResource } from "../engine/resourceMonitor.ts"
import { at, type DisplayRecord, displayInputs, isList } from "./displayInputs.ts"
import { joinWords, type ResourceIndex, resourceName } from "./resources.ts"
import { scheduleWords } from "./schedule.ts"

/** What invokes each function and what happens to a failed invocation, in sentences in the order of the resources. */
export const triggersOf = (resources: ReadonlyArray<RegisteredResource>, index: ResourceIndex): ReadonlyArray<string> =>
  resources.flatMap((resource) => {
    const trigger = triggers[resource.type]
    if (trigger === undefined) return []
    const inputs = displayInputs(resource)
    const name = resourceName(resource)
    const others = Object.entries(inputs).filter(([input]) => !trigger.described.includes(input))
    const sentences = trigger.describe(inputs, index, name)
    return [...sentences, ...others.map(([input, value]) => `${name} also has ${input} ${JSON.stringify(value)}`)]
  })

interface Trigger {
  /** The inputs in the sentences, and those that need none; any other input is added as it is declared. */
  readonly described: ReadonlyArray<string>
  readonly describe: (inputs: DisplayRecord, index: ResourceIndex, name: string) => ReadonlyArray<string>
}

/** `is retried up to 2 times within 6 h, then sent to the failed-runs queue` */
const retried = (retries: unknown, seconds: unknown, deadLetterQueue: unknown, { nameOf }: ResourceIndex) => {
  const hours = Number(seconds) / 3600
  const end = deadLetterQueue === undefined ? "dropped" : `sent to ${nameOf(deadLetterQueue)}`
  return `is retried up to ${retries} times within ${Number.isInteger(hours) ? `${hours} h` : `${seconds} s`}, then ${end}`
}

// The values after `??` are AWS's defaults.
const triggers: Readonly<Record<string, Trigger>> = {
  "aws:scheduler/schedule:Schedule": {
    described: [
      ...["scheduleExpression", "scheduleExpressionTimezone", "state", "target"],
      ...["name", "description", "flexibleTimeWindow"]
    ],
    describe: ({ scheduleExpression, scheduleExpressionTimezone: zone = "UTC", state, target }, index, name) => {
      const expression = String(scheduleExpression)
      const retries = at(target, "retryPolicy", "maximumRetryAttempts") ?? 185
      const seconds = at(target, "retryPolicy", "maximumEventAgeInSeconds") ?? 86_400
      const time = `${scheduleWords(expression)} ${zone}: ${expression}${state === "DISABLED" ? ", but is disabled" : ""}`
      return [
        `${name} invokes ${index.nameOf(at(target, "arn"))} ${time}`,
        `a failed delivery of ${name} ${retried(retries, seconds, at(target, "deadLetterConfig", "arn"), index)}`
      ]
    }
  },
  "aws:lambda/eventSourceMapping:EventSourceMapping": {
    described: ["eventSourceArn", "functionName", "batchSize", "functionResponseTypes", "scalingConfig"],
    describe: ({ eventSourceArn, functionName, batchSize, functionResponseTypes, scalingConfig }, index) => {
      const source = index.findByOutput(eventSourceArn)
      const redrive = source && displayInputs(source)["redrivePolicy"]
      const concurrency = at(scalingConfig, "maximumConcurrency")
      const isPartial = isList(functionResponseTypes) && functionResponseTypes.includes("ReportBatchItemFailures")
      const invocation = `${index.nameOf(eventSourceArn)} invokes ${index.nameOf(functionName)} with batches of up to ${batchSize ?? 10}`
      const failed = isPartial ? "only failed messages are" : "all messages of a failed batch are"
      const end =
        redrive === undefined
          ? "until they expire"
          : `and move to ${index.nameOf(at(redrive, "deadLetterTargetArn"))} after ${at(redrive, "maxReceiveCount")} receives`
      return [
        `${invocation}, ${concurrency === undefined ? "any number" : `at most ${concurrency}`} at once; ${failed} received again, ${end}`
      ]
    }
  },
  "aws:s3/bucketNotification:BucketNotification": {
    described: ["bucket", "queues"],
    describe: ({ bucket, queues }, { nameOf }) =>
      (isList(queues) ? queues : []).map((queue) => {
        const [prefix, suffix, events] = ["filterPrefix", "filterSuffix", "events"].map((input) => at(queue, input))
        const filters = [
          ...(prefix === undefined ? [] : [`start with ${prefix}`]),
          ...(suffix === undefined ? [] : [`end with ${suffix}`])
        ]
        const keys = filters.length === 0 ? "all keys" : `keys that ${joinWords(filters)}`
        const names = joinWords(isList(events) ? events.map(String) : [])
        return `${nameOf(bucket)} notifies ${nameOf(at(queue, "queueArn"))} of ${names} for ${keys}`
      })
  },
  "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": {
    described: ["functionName", "maximumRetryAttempts", "maximumEventAgeInSeconds", "destinationConfig"],
    describe: ({ functionName, maximumRetryAttempts, maximumEventAgeInSeconds, destinationConfig }, index) => {
      const queue = at(destinationConfig, "onFailure", "destination")
      const retries = retried(maximumRetryAttempts ?? 2, maximumEventAgeInSeconds ?? 21_600, queue, index)
      return [`a failed asynchronous invocation of ${index.nameOf(functionName)} ${retries}`]
    }
  }
}
