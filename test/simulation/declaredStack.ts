import * as Schema from "effect/Schema"
import { variable } from "../../domain/variables.ts"
import type { CreateResource, RegisteredResource } from "../../engine/resourceMonitor.ts"
import { StackOutputs } from "../../operator/Stack.ts"
import { declareStack, shortType } from "../../plan/declareStack.ts"
import { ModelAccount } from "../model/ModelAccount.ts"
import type { ServiceFaults } from "../model/ServiceFaults.ts"

const QueueInputs = Schema.Struct({
  fifoQueue: Schema.optionalKey(Schema.Boolean),
  visibilityTimeoutSeconds: Schema.optionalKey(Schema.Int),
  messageRetentionSeconds: Schema.Int,
  redrivePolicy: Schema.optionalKey(
    Schema.fromJsonString(Schema.Struct({ deadLetterTargetArn: Schema.String, maxReceiveCount: Schema.Int }))
  )
})
const FunctionInputs = Schema.Struct({
  timeout: Schema.Int,
  environment: Schema.Struct({ variables: Schema.Record(Schema.String, Schema.String) })
})
const MappingInputs = Schema.Struct({
  eventSourceArn: Schema.String,
  functionName: Schema.String,
  batchSize: Schema.Int,
  functionResponseTypes: Schema.optionalKey(Schema.Array(Schema.Literal("ReportBatchItemFailures"))),
  scalingConfig: Schema.optionalKey(Schema.Struct({ maximumConcurrency: Schema.Int }))
})
const NotificationInputs = Schema.Struct({
  bucket: Schema.String,
  queues: Schema.Array(
    Schema.Struct({ queueArn: Schema.String, filterPrefix: Schema.String, filterSuffix: Schema.String })
  )
})
const InvokeConfigInputs = Schema.Struct({
  functionName: Schema.String,
  maximumRetryAttempts: Schema.Int,
  destinationConfig: Schema.Struct({ onFailure: Schema.Struct({ destination: Schema.String }) })
})
const ScheduleInputs = Schema.Struct({
  target: Schema.Struct({
    arn: Schema.String,
    input: Schema.String,
    retryPolicy: Schema.Struct({ maximumEventAgeInSeconds: Schema.Int }),
    deadLetterConfig: Schema.Struct({ arn: Schema.String })
  })
})

export interface Named<A> {
  readonly name: string
  readonly arn: string
  readonly inputs: A
}

/** The inputs of the resources on the path of a movie, as `index.ts` declares them. */
export interface DeclaredStack {
  readonly queues: ReadonlyArray<Named<typeof QueueInputs.Type>>
  readonly functions: ReadonlyArray<Named<typeof FunctionInputs.Type>>
  readonly mappings: ReadonlyArray<Named<typeof MappingInputs.Type>>
  readonly notifications: ReadonlyArray<Named<typeof NotificationInputs.Type>>
  readonly invokeConfigs: ReadonlyArray<Named<typeof InvokeConfigInputs.Type>>
  readonly schedules: ReadonlyArray<Named<typeof ScheduleInputs.Type>>
  readonly outputs: StackOutputs
  /** Of the source list. */
  readonly source: { readonly bucket: string; readonly key: string }
}

const region = "eu-central-1"
const account = "000000000000"

/** ARNs and URLs in AWS's form: the operator's commands read names and the region from them. */
const createResource: CreateResource = async ({ type, name: logical, inputs }) => {
  const name = inputs["fifoQueue"] === true ? `${logical}.fifo` : logical
  const arn = {
    function: `arn:aws:lambda:${region}:${account}:function:${name}`,
    bucket: `arn:aws:s3:::${name}`
  }[shortType(type)]
  return {
    id: name,
    outputs: {
      name,
      bucket: name,
      arn: arn ?? `arn:aws:${type.split(/[:/]/)[1]}:${region}:${account}:${name}`,
      url: `https://sqs.${region}.amazonaws.com/${account}/${name}`
    }
  }
}

/** Runs the Pulumi program as `pulumi up` does, once for the process, and creates nothing. */
export const readDeclaredStack = (): Promise<DeclaredStack> => (declaredStack ??= declare())

let declaredStack: Promise<DeclaredStack> | undefined

const declare = async (): Promise<DeclaredStack> => {
  const root = new URL("../..", import.meta.url).pathname
  const { resources, outputs } = await declareStack({ root, stack: "dev", createResource })
  const all = <A>(type: string, schema: Schema.ConstraintDecoder<A>): ReadonlyArray<Named<A>> =>
    resources
      .filter((resource) => resource.type === type)
      .map(({ inputs, outputs }: RegisteredResource) => ({
        name: String(outputs["name"]),
        arn: String(outputs["arn"]),
        inputs: Schema.decodeUnknownSync(schema)(inputs)
      }))
  const { bucket, key } = Schema.decodeUnknownSync(Schema.Struct({ bucket: Schema.String, key: Schema.String }))(
    outputs["sourceList"]
  )
  return {
    queues: all("aws:sqs/queue:Queue", QueueInputs),
    functions: all("aws:lambda/function:Function", FunctionInputs),
    mappings: all("aws:lambda/eventSourceMapping:EventSourceMapping", MappingInputs),
    notifications: all("aws:s3/bucketNotification:BucketNotification", NotificationInputs),
    invokeConfigs: all("aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig", InvokeConfigInputs),
    schedules: all("aws:scheduler/schedule:Schedule", ScheduleInputs),
    outputs: Schema.decodeUnknownSync(StackOutputs)(outputs),
    source: { bucket, key }
  }
}

/** Creates the declared resources in an account of the model. */
export const createAccount = (
  { queues, notifications, outputs, source }: DeclaredStack,
  faults: ServiceFaults
): ModelAccount => {
  const account = new ModelAccount(faults)
  account.createBucket(source.bucket)
  account.createTable(outputs.moviesTable)
  const bucket = account.createBucket(outputs.moviesBucket)
  createQueues(queues, account)
  for (const { queueArn, filterPrefix, filterSuffix } of notifications.flatMap(({ inputs }) => inputs.queues)) {
    account.addNotification(bucket, filterPrefix, filterSuffix, account.findQueue(queueArn))
  }
  return account
}

/** The secret whose ARN is a variable of a function. */
export const secretId = ({ functions }: DeclaredStack): string => {
  const secrets = functions.map(({ inputs }) => inputs.environment.variables[variable.omdbApiKeySecret])
  return secrets.find((arn) => arn !== undefined) ?? ""
}

/** Dead-letter queues first: the others refer to them. */
const createQueues = (queues: DeclaredStack["queues"], account: ModelAccount): void => {
  const inOrder = queues.toSorted(
    (one, other) => Number("redrivePolicy" in one.inputs) - Number("redrivePolicy" in other.inputs)
  )
  for (const { name, inputs } of inOrder) {
    const { redrivePolicy: policy, visibilityTimeoutSeconds = 30, messageRetentionSeconds } = inputs
    const settings = { name, visibilityTimeoutSeconds, retentionDays: messageRetentionSeconds / 86_400 }
    const redrive = policy && {
      deadLetterQueue: account.findQueue(policy.deadLetterTargetArn),
      maxReceiveCount: policy.maxReceiveCount
    }
    account.createQueue(redrive === undefined ? settings : { ...settings, redrive })
  }
}
