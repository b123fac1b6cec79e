import { CloudWatchClient, GetMetricStatisticsCommand, paginateDescribeAlarms } from "@aws-sdk/client-cloudwatch"
import { GetAccountSettingsCommand, LambdaClient, paginateListEventSourceMappings } from "@aws-sdk/client-lambda"
import { GetBucketNotificationConfigurationCommand, S3Client } from "@aws-sdk/client-s3"
import { GetScheduleCommand, SchedulerClient } from "@aws-sdk/client-scheduler"
import { paginateListSubscriptionsByTopic, SNSClient } from "@aws-sdk/client-sns"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { dimension, metric, namespace } from "../../domain/metrics.ts"
import { acquireClient, errorDetail, hasErrorName } from "../../services/AwsClient.ts"
import { allPages } from "./allPages.ts"

export class AccountUnreadable extends Schema.TaggedError<AccountUnreadable>()("AccountUnreadable", {
  detail: Schema.String,
  /** Whether AWS has no such resource. */
  isMissing: Schema.Boolean
}) {}

/** Of the functions of the account in the region, in invocations at once. */
export interface Concurrency {
  readonly limit: number
  readonly unreserved: number
}

export interface ScheduleState {
  readonly enabled: boolean
  readonly expression: string
  readonly timeZone: string
}

export interface AlarmState {
  readonly name: string
  readonly state: string
  /** Whether its actions are enabled. */
  readonly enabled: boolean
}

export interface Subscription {
  readonly endpoint: string
  readonly confirmed: boolean
}

/** What the account has around the pipeline. */
export class Account extends Context.Service<
  Account,
  {
    readonly concurrency: Effect.Effect<Concurrency, AccountUnreadable>
    readonly schedule: (name: string) => Effect.Effect<ScheduleState, AccountUnreadable>
    /** The state of each event source mapping of a function, such as `Enabled`. */
    readonly mappingStates: (functionName: string) => Effect.Effect<ReadonlyArray<string>, AccountUnreadable>
    /** The prefixes of the keys for which a bucket notifies a queue. */
    readonly notifiedPrefixes: (bucket: string) => Effect.Effect<ReadonlyArray<string>, AccountUnreadable>
    /** The alarms that notify the topic. */
    readonly alarmsOf: (topicArn: string) => Effect.Effect<ReadonlyArray<AlarmState>, AccountUnreadable>
    readonly subscriptions: (topicArn: string) => Effect.Effect<ReadonlyArray<Subscription>, AccountUnreadable>
    /** The requests of a stack to OMDb between two times. */
    readonly omdbCalls: (stack: string, from: Date, to: Date) => Effect.Effect<number, AccountUnreadable>
  }
>()("imdb-etl/operator/aws/Account") {
  static readonly layer = Layer.effect(
    Account,
    Effect.gen(function* () {
      const cloudWatch = yield* acquireClient((options) => new CloudWatchClient(options))
      const lambda = yield* acquireClient((options) => new LambdaClient(options))
      const scheduler = yield* acquireClient((options) => new SchedulerClient(options))
      const s3 = yield* acquireClient((options) => new S3Client(options))
      const sns = yield* acquireClient((options) => new SNSClient(options))
      return Account.of({
        concurrency: read(async (abortSignal) => {
          const { AccountLimit } = await lambda.send(new GetAccountSettingsCommand({}), { abortSignal })
          const limit = AccountLimit?.ConcurrentExecutions ?? 0
          return { limit, unreserved: AccountLimit?.UnreservedConcurrentExecutions ?? limit }
        }),
        schedule: (name) =>
          read(async (abortSignal) => {
            const command = new GetScheduleCommand({ Name: name })
            const { State, ScheduleExpression, ScheduleExpressionTimezone } = await scheduler.send(command, {
              abortSignal
            })
            return {
              enabled: State === "ENABLED",
              expression: ScheduleExpression ?? "",
              timeZone: ScheduleExpressionTimezone ?? "UTC"
            }
          }),
        mappingStates: (functionName) =>
          read(async () => {
            const pages = paginateListEventSourceMappings({ client: lambda }, { FunctionName: functionName })
            const all = (await allPages(pages)).flatMap(({ EventSourceMappings = [] }) => EventSourceMappings)
            return all.map(({ State = "" }) => State)
          }),
        notifiedPrefixes: (bucket) =>
          read(async (abortSignal) => {
            const command = new GetBucketNotificationConfigurationCommand({ Bucket: bucket })
            const { QueueConfigurations = [] } = await s3.send(command, { abortSignal })
            const rules = QueueConfigurations.flatMap(({ Filter }) => Filter?.Key?.FilterRules ?? [])
            return rules.flatMap(({ Name, Value }) => (Name?.toLowerCase() === "prefix" && Value ? [Value] : []))
          }),
        alarmsOf: (topicArn) =>
          read(async () => {
            const pages = paginateDescribeAlarms({ client: cloudWatch }, { AlarmTypes: ["MetricAlarm"] })
            const alarms = (await allPages(pages)).flatMap(({ MetricAlarms = [] }) => MetricAlarms)
            return alarms
              .filter(({ AlarmActions = [] }) => AlarmActions.includes(topicArn))
              .map(({ AlarmName = "", StateValue = "", ActionsEnabled = true }) => {
                return { name: AlarmName, state: StateValue, enabled: ActionsEnabled }
              })
          }),
        subscriptions: (topicArn) =>
          read(async () => {
            const pages = paginateListSubscriptionsByTopic({ client: sns }, { TopicArn: topicArn })
            const all = (await allPages(pages)).flatMap(({ Subscriptions = [] }) => Subscriptions)
            return all.map(({ Endpoint = "", SubscriptionArn = "" }) => {
              return { endpoint: Endpoint, confirmed: SubscriptionArn.startsWith("arn:") }
            })
          }),
        omdbCalls: (stack, from, to) =>
          read(async (abortSignal) => {
            const command = new GetMetricStatisticsCommand({
              Namespace: namespace,
              MetricName: metric.omdbCalls,
              Dimensions: [{ Name: dimension.stack, Value: stack }],
              StartTime: from,
              EndTime: to,
              Period: 3_600,
              Statistics: ["Sum"]
            })
            const { Datapoints = [] } = await cloudWatch.send(command, { abortSignal })
            return Datapoints.reduce((sum, { Sum = 0 }) => sum + Sum, 0)
          })
      })
    })
  )
}

const read = <A>(call: (abortSignal: AbortSignal) => Promise<A>) =>
  Effect.tryPromise({
    try: call,
    catch: (error) =>
      new AccountUnreadable({
        detail: errorDetail(error),
        isMissing: hasErrorName(error, "ResourceNotFoundException", "NotFoundException", "NotFound")
      })
  })
