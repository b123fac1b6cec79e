import { CloudWatchLogsClient, paginateFilterLogEvents } from "@aws-sdk/client-cloudwatch-logs"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { AwsClientSettings, clientOptions, errorDetail } from "../../services/AwsClient.ts"

export class LogsUnreadable extends Schema.TaggedError<LogsUnreadable>()("LogsUnreadable", {
  group: Schema.String,
  detail: Schema.String
}) {
  override get message(): string {
    return `The log ${this.group} cannot be read: ${this.detail}`
  }
}

export interface LogEvent {
  /** In milliseconds since the epoch. */
  readonly timestamp: number
  readonly message: string
}

export interface LogQuery {
  readonly group: string
  /** In milliseconds since the epoch; the end is not included. */
  readonly from: number
  readonly to?: number
  /** A filter pattern of CloudWatch Logs. */
  readonly pattern?: string
}

/** CloudWatch Logs as an operator reads it. */
export class Logs extends Context.Service<
  Logs,
  { readonly events: (query: LogQuery) => Effect.Effect<ReadonlyArray<LogEvent>, LogsUnreadable> }
>()("imdb-etl/operator/aws/Logs") {
  static readonly layer = Layer.effect(
    Logs,
    Effect.gen(function* () {
      const client = yield* Effect.acquireRelease(
        Effect.map(AwsClientSettings, (settings) => new CloudWatchLogsClient({ ...clientOptions, ...settings })),
        (client) => Effect.sync(() => client.destroy())
      )
      return Logs.of({
        events: Effect.fn("Logs.events")(({ group, from, to, pattern }) =>
          Effect.tryPromise({
            try: async () => {
              const found: Array<LogEvent> = []
              const input = { logGroupName: group, startTime: from, endTime: to, filterPattern: pattern }
              for await (const { events = [] } of paginateFilterLogEvents({ client }, input)) {
                for (const { timestamp = 0, message = "" } of events) found.push({ timestamp, message })
              }
              return found
            },
            catch: (error) => new LogsUnreadable({ group, detail: errorDetail(error) })
          })
        )
      })
    })
  )
}
