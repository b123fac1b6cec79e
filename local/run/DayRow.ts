import { type AttributeValue, paginateQuery, paginateScan } from "@aws-sdk/client-dynamodb"
import { unmarshall } from "@aws-sdk/util-dynamodb"
import * as Schema from "effect/Schema"
import type { RunDate } from "../../domain/RunDate.ts"
import { byRunDate } from "../../domain/TableItem.ts"
import type { LocalStack } from "../LocalStack.ts"

/** As much of a table's item as a person is shown. */
export const DayRow = Schema.Struct({
  imdbId: Schema.String,
  rank: Schema.Int,
  title: Schema.String,
  year: Schema.optionalKey(Schema.Int),
  runtimeMinutes: Schema.optionalKey(Schema.Int),
  imdbRating: Schema.optionalKey(Schema.Finite),
  imdbVotes: Schema.optionalKey(Schema.Int),
  rottenTomatoes: Schema.optionalKey(Schema.Finite),
  boxOfficeUsd: Schema.optionalKey(Schema.Finite),
  directors: Schema.optionalKey(Schema.Array(Schema.String))
})
export type DayRow = typeof DayRow.Type

const decode = Schema.decodeUnknownSync(Schema.Array(DayRow))

type Items = ReadonlyArray<Record<string, AttributeValue>>

/** The day's ranking, as anyone would read it: by the index, in its order. */
export const rowsOfDay = async ({ cloud, names }: LocalStack, runDate: RunDate): Promise<ReadonlyArray<DayRow>> => {
  const [table] = names.tables
  const pages = paginateQuery(
    { client: cloud.clients.dynamoDb },
    {
      TableName: table?.physical,
      IndexName: byRunDate,
      KeyConditionExpression: "runDate = :runDate",
      ExpressionAttributeValues: { ":runDate": { S: runDate } }
    }
  )
  const items: Array<Items> = []
  for await (const { Items = [] } of pages) items.push(Items)
  return decode(items.flat().map((item) => unmarshall(item)))
}

/** Every item of a table, as plain JSON. */
export const itemsOf = async (
  { cloud }: LocalStack,
  table: string
): Promise<ReadonlyArray<Record<string, unknown>>> => {
  const items: Array<Items> = []
  for await (const { Items = [] } of paginateScan({ client: cloud.clients.dynamoDb }, { TableName: table })) {
    items.push(Items)
  }
  return items.flat().map((item) => unmarshall(item))
}
