import type { AttributeValue } from "@aws-sdk/client-dynamodb"
import {
  DeleteItemCommand,
  DynamoDBClient,
  PutItemCommand,
  QueryCommand,
  type QueryCommandOutput
} from "@aws-sdk/client-dynamodb"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import type { RunDate } from "../domain/RunDate.ts"
import { byRunDate, type TableItem } from "../domain/TableItem.ts"
import { acquireClient, errorDetail, hasErrorName } from "./AwsClient.ts"
import { retryTransientErrors } from "./dynamoDbRetry.ts"

export class TableUnavailable extends Schema.TaggedError<TableUnavailable>()("TableUnavailable", {
  table: Schema.String,
  detail: Schema.String
}) {
  override get message(): string {
    return `The table ${this.table} cannot be used: ${this.detail}`
  }
}

/** DynamoDB refuses the item itself, and will refuse it again. Other items are not affected. */
export class ItemRefused extends Schema.TaggedError<ItemRefused>()("ItemRefused", {
  table: Schema.String,
  imdbId: Schema.String,
  detail: Schema.String
}) {
  override get message(): string {
    return `The table ${this.table} refuses the item of ${this.imdbId}: ${this.detail}`
  }
}

/** The key of an item. The id is unchecked: it comes from the table. */
interface Key {
  readonly imdbId: string
  readonly runDate: RunDate
}

export class DynamoDb extends Context.Service<
  DynamoDb,
  {
    /** Replaces the item, unless the stored one was loaded from a newer CSV. */
    readonly putUnlessNewer: (
      table: string,
      item: TableItem
    ) => Effect.Effect<"written" | "newerExists", TableUnavailable | ItemRefused>
    /** Deletes the item, unless it was loaded from a CSV newer than `loadedFrom`, a comparable sequencer. */
    readonly deleteUnlessNewer: (
      table: string,
      key: Key,
      loadedFrom: string
    ) => Effect.Effect<"deleted" | "newerExists", TableUnavailable>
    /** The ids of the date's items, from the index, which can lag behind writes by about a second. */
    readonly idsOfDay: (table: string, runDate: RunDate) => Effect.Effect<ReadonlyArray<string>, TableUnavailable>
  }
>()("imdb-etl/services/DynamoDb") {
  static readonly layer = Layer.effect(
    DynamoDb,
    Effect.gen(function* () {
      // Only `retryTransientErrors` retries: it respects the invocation's deadline.
      const client = yield* acquireClient((options) => new DynamoDBClient({ ...options, maxAttempts: 1 }))

      const send = <A>(send: (options: { readonly abortSignal: AbortSignal }) => Promise<A>) =>
        Effect.tryPromise({ try: (abortSignal) => send({ abortSignal }), catch: (error) => error }).pipe(
          Effect.retry(retryTransientErrors)
        )

      const putUnlessNewer = Effect.fn("DynamoDb.putUnlessNewer")((table: string, item: TableItem) => {
        const command = new PutItemCommand({
          TableName: table,
          Item: toAttributeMap(item),
          ...unlessNewer(item.loadedFrom)
        })
        return send((options) => client.send(command, options)).pipe(
          Effect.as("written" as const),
          Effect.catchIf(
            (error) => hasErrorName(error, "ValidationException"),
            (error) => new ItemRefused({ table, imdbId: item.imdbId, detail: errorDetail(error) }),
            orNewerExists(table)
          )
        )
      })

      const deleteUnlessNewer = Effect.fn("DynamoDb.deleteUnlessNewer")(
        (table: string, { imdbId, runDate }: Key, loadedFrom: string) => {
          const command = new DeleteItemCommand({
            TableName: table,
            Key: { imdbId: { S: imdbId }, runDate: { S: runDate } },
            ...unlessNewer(loadedFrom)
          })
          return send((options) => client.send(command, options)).pipe(
            Effect.as("deleted" as const),
            Effect.catch(orNewerExists(table))
          )
        }
      )

      const idsOfDay = Effect.fn("DynamoDb.idsOfDay")(function* (table: string, runDate: RunDate) {
        const ids: Array<string> = []
        let next: QueryCommandOutput["LastEvaluatedKey"]
        do {
          const command = new QueryCommand({
            TableName: table,
            IndexName: byRunDate,
            KeyConditionExpression: "runDate = :runDate",
            ExpressionAttributeValues: { ":runDate": { S: runDate } },
            ProjectionExpression: "imdbId",
            ExclusiveStartKey: next
          })
          const page: QueryCommandOutput = yield* send((options) => client.send(command, options)).pipe(
            Effect.mapError((error) => unavailable(table, error))
          )
          for (const { imdbId } of page.Items ?? []) {
            if (imdbId?.S !== undefined) ids.push(imdbId.S)
          }
          next = page.LastEvaluatedKey
        } while (next !== undefined)
        return ids
      })

      return DynamoDb.of({ putUnlessNewer, deleteUnlessNewer, idsOfDay })
    })
  )
}

// Equal: the same load, repeated, or an emulator whose sequencers are all the same. (BatchWriteItem does not support conditions.)
const unlessNewer = (loadedFrom: string) => ({
  ConditionExpression: "attribute_not_exists(loadedFrom) OR loadedFrom <= :loadedFrom",
  ExpressionAttributeValues: { ":loadedFrom": { S: loadedFrom } }
})

const unavailable = (table: string, error: unknown) => new TableUnavailable({ table, detail: errorDetail(error) })

const orNewerExists = (table: string) => (error: unknown) =>
  hasErrorName(error, "ConditionalCheckFailedException")
    ? Effect.succeed("newerExists" as const)
    : Effect.fail(unavailable(table, error))

type Value = string | number | ReadonlyArray<string>

/** A row as DynamoDB takes it: texts, numbers and lists of texts are all that a row has. */
const toAttributeMap = (item: TableItem): Record<string, AttributeValue> =>
  Object.fromEntries(Object.entries(item).map(([name, value]) => [name, attributeOf(value)]))

const attributeOf = (value: Value): AttributeValue => {
  if (typeof value === "string") return { S: value }
  if (typeof value === "number") return { N: String(value) }
  return { L: value.map((text) => ({ S: text })) }
}
