import { DynamoDBClient, paginateQuery, type QueryCommandInput } from "@aws-sdk/client-dynamodb"
import { unmarshall } from "@aws-sdk/util-dynamodb"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { DayRow } from "../../cli/dayTable.ts"
import type { ImdbId } from "../../domain/ImdbId.ts"
import { RunDate } from "../../domain/RunDate.ts"
import { byRunDate } from "../../domain/TableItem.ts"
import { acquireClient, errorDetail } from "../../services/AwsClient.ts"
import { TableUnavailable } from "../../services/DynamoDb.ts"
import { Stack } from "../Stack.ts"

/** A movie on one day. */
export const MovieDay = Schema.Struct({ ...DayRow.fields, runDate: RunDate })
export type MovieDay = typeof MovieDay.Type

/** The rows of the stack's table. */
export class MoviesTable extends Context.Service<
  MoviesTable,
  {
    /** By rank, from the index. */
    readonly ofDay: (runDate: RunDate) => Effect.Effect<ReadonlyArray<MovieDay>, TableUnavailable>
    /** The oldest day first. */
    readonly ofMovie: (imdbId: ImdbId) => Effect.Effect<ReadonlyArray<MovieDay>, TableUnavailable>
  }
>()("imdb-etl/operator/aws/MoviesTable") {
  static readonly layer = Layer.effect(
    MoviesTable,
    Effect.gen(function* () {
      const { outputs } = yield* Stack
      const table = outputs.moviesTable
      const client = yield* acquireClient((options) => new DynamoDBClient(options))
      const query = Effect.fnUntraced(function* (input: Omit<QueryCommandInput, "TableName">) {
        const unavailable = (error: unknown) => new TableUnavailable({ table, detail: errorDetail(error) })
        const pages = Stream.fromAsyncIterable(paginateQuery({ client }, { TableName: table, ...input }), unavailable)
        const items = (yield* Stream.runCollect(pages)).flatMap(({ Items = [] }) => Items)
        return yield* Effect.mapError(decode(items.map((item) => unmarshall(item))), unavailable)
      })
      return MoviesTable.of({
        ofDay: (runDate) =>
          query({
            IndexName: byRunDate,
            KeyConditionExpression: "runDate = :runDate",
            ExpressionAttributeValues: { ":runDate": { S: runDate } }
          }),
        ofMovie: (imdbId) =>
          query({
            KeyConditionExpression: "imdbId = :imdbId",
            ExpressionAttributeValues: { ":imdbId": { S: imdbId } }
          })
      })
    })
  )
}

const decode = Schema.decodeUnknownEffect(Schema.Array(MovieDay))
