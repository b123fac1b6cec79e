import { type DynamoDBClient, PutItemCommand, QueryCommand } from "@aws-sdk/client-dynamodb"
import type { S3Client } from "@aws-sdk/client-s3"
import type { SQSEvent } from "aws-lambda"
import { parse } from "csv-parse/sync"
import { createdKeys, forEachRecord, log, metric, runDateIn, variable } from "./plain.ts"
import { getText } from "./s3.ts"

const camelCase = (name: string) => name.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase())

const attributeOf = (name: string, value: string) => {
  if (value.includes("|") || /^(genres|directors|writers|actors|languages|countries)/.test(name)) {
    return { L: value.split("|").map((S) => ({ S })) }
  }
  return name !== "title" && /^\d+(\.\d+)?$/.test(value) ? { N: value } : { S: value }
}

export const handlerOf =
  ({ s3, dynamoDb }: { readonly s3: S3Client; readonly dynamoDb: DynamoDBClient }) =>
  (event: SQSEvent) =>
    forEachRecord(event, async ({ body }) => {
      for (const { key, sequencer } of createdKeys(body)) {
        const TableName = variable("MOVIES_TABLE")
        const runDate = runDateIn(key)
        const text = await getText(s3, variable("MOVIES_BUCKET"), key)
        const rows: ReadonlyArray<Record<string, string>> = parse(text ?? "", {
          columns: (names) => names.map(camelCase)
        })
        for (let first = 0; first < rows.length; first += 8) {
          await Promise.all(
            rows.slice(first, first + 8).map((row) => {
              const cells = Object.entries(row).filter(([, value]) => value !== "")
              const attributes = cells.map(([name, value]) => [name, attributeOf(name, value)])
              return dynamoDb.send(
                new PutItemCommand({
                  TableName,
                  Item: { ...Object.fromEntries(attributes), loadedFrom: { S: sequencer } },
                  ConditionExpression: "attribute_not_exists(loadedFrom) OR loadedFrom <= :loadedFrom",
                  ExpressionAttributeValues: { ":loadedFrom": { S: sequencer } }
                })
              )
            })
          )
        }
        await dynamoDb.send(
          new QueryCommand({
            TableName,
            IndexName: "byRunDate",
            KeyConditionExpression: "runDate = :runDate",
            ExpressionAttributeValues: { ":runDate": { S: runDate } },
            ProjectionExpression: "imdbId"
          })
        )
        metric({ RowsLoaded: rows.length })
        log("CSV loaded", { runDate, rows: rows.length })
      }
    })
