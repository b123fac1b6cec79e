import { CloudWatchLogsClient, paginateFilterLogEvents } from "@aws-sdk/client-cloudwatch-logs"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { acquireClient, errorDetail } from "../../services/AwsClient.ts"
import { allPages } from "./allPages.ts"

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
      const client = yield* acquireClient((options) => new CloudWatchLogsClient(options))
      return Logs.of({
        events: Effect.fn("Logs.events")(({ group, from, to, pattern }) =>
          Effect.tryPromise({
            try: async () => {
              const input = { logGroupName: group, startTime: from, endTime: to, filterPattern: pattern }
              const pages = await allPages(paginateFilterLogEvents({ client }, input))
              return pages.flatMap(({ events = [] }) =>
                events.map(({ timestamp = 0, message = "" }): LogEvent => ({ timestamp, message }))
              )
            },
            catch: (error) => new LogsUnreadable({ group, detail: errorDetail(error) })
          })
        )
      })
    })
  )
}
