import type { RegisteredResource } from "../engine/resourceMonitor.ts"
import { at, type DisplayRecord, displayInputs, inputWords, isList, isRecord } from "./displayInputs.ts"
import { joinWords, type ResourceIndex, resourceName } from "./resources.ts"

type Resources = ReadonlyArray<RegisteredResource>

/** What invokes each function and where failed invocations go, in sentences in the order of the resources. */
export const triggersOf = (resources: Resources, index: ResourceIndex): ReadonlyArray<string> =>
  resources.flatMap(
    (resource) => triggers[resource.type]?.(displayInputs(resource), index, resourceName(resource)) ?? []
  )

/** Each alarm and budget with the topics that it notifies, and its other inputs as they are declared. */
export const alarmsOf = (resources: Resources, { nameOf }: ResourceIndex): ReadonlyArray<string> =>
  resources
    .filter(({ type }) => /^aws:(cloudwatch\/(metric|composite)Alarm|budgets\/budget):/.test(type))
    .map((resource) => {
      const { alarmActions, alarmDescription: _, tags: _tags, ...inputs } = displayInputs(resource)
      const { comparisonOperator, threshold, statistic, namespace, metricName, ...others } = inputs
      const topics = isList(alarmActions) ? ` notifies ${joinWords(alarmActions.map(nameOf))}` : ""
      if (metricName === undefined) return withInputs(`${resource.name}${topics}`, inputs)
      const metric = `the ${statistic} of ${namespace} ${metricName}`
      return withInputs(`${resource.name}${topics} if ${metric} is ${comparisonOperator} ${threshold}`, others)
    })

/** The sentence, and the inputs that it does not contain as they are declared. */
const withInputs = (sentence: string, others: unknown): string =>
  isRecord(others) && Object.keys(others).length > 0 ? `${sentence}: ${inputWords(others)}` : sentence

type Describe = (inputs: DisplayRecord, index: ResourceIndex, name: string) => ReadonlyArray<string>

const endOfFailure = (queue: unknown, { nameOf }: ResourceIndex) =>
  queue === undefined ? "is dropped" : `is sent to ${nameOf(queue)}`

const triggers: Readonly<Record<string, Describe>> = {
  "aws:scheduler/schedule:Schedule": (inputs, index, name) => {
    const { scheduleExpression, scheduleExpressionTimezone: zone = "UTC", target, ...others } = inputs
    const failure = endOfFailure(at(target, "deadLetterConfig", "arn"), index)
    return [
      withInputs(`${name} invokes ${index.nameOf(at(target, "arn"))} at ${scheduleExpression} ${zone}`, others),
      withInputs(`a failed delivery of ${name} ${failure}`, at(target, "retryPolicy"))
    ]
  },
  "aws:lambda/eventSourceMapping:EventSourceMapping": ({ eventSourceArn, functionName, ...others }, { nameOf }) => [
    withInputs(`${nameOf(eventSourceArn)} invokes ${nameOf(functionName)}`, others)
  ],
  "aws:sqs/queue:Queue": ({ redrivePolicy }, { nameOf }, name) => {
    const [target, receives] = [at(redrivePolicy, "deadLetterTargetArn"), at(redrivePolicy, "maxReceiveCount")]
    return redrivePolicy === undefined
      ? []
      : [`${name} moves a message to ${nameOf(target)} after ${receives} failed receives`]
  },
  "aws:s3/bucketNotification:BucketNotification": ({ bucket, queues, ...others }, { nameOf }) => [
    ...(isList(queues) ? queues.filter(isRecord) : []).map(({ queueArn, ...filter }) =>
      withInputs(`${nameOf(bucket)} notifies ${nameOf(queueArn)}`, filter)
    ),
    ...(Object.keys(others).length === 0 ? [] : [withInputs(`${nameOf(bucket)} notifies others`, others)])
  ],
  "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": (inputs, index) => {
    const { functionName, destinationConfig, ...others } = inputs
    const failure = endOfFailure(at(destinationConfig, "onFailure", "destination"), index)
    return [withInputs(`a failed asynchronous invocation of ${index.nameOf(functionName)} ${failure}`, others)]
  }
}
