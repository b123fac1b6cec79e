import {
  BatchWriteItemCommand,
  CreateTableCommand,
  DescribeTableCommand,
  PutItemCommand,
  QueryCommand,
  TransactWriteItemsCommand
} from "@aws-sdk/client-dynamodb"
import { expect, it, onTestFinished, vi } from "vitest"
import { moviesTableDefinition } from "../../support/moviesTable.ts"
import { recordCalls, startTestCloud } from "./testCloud.ts"

const aTable = async () => {
  const cloud = await startTestCloud()
  const { dynamoDb } = cloud.clients
  await dynamoDb.send(new CreateTableCommand({ TableName: "movies", ...moviesTableDefinition }))
  return { cloud, dynamoDb, calls: recordCalls(cloud) }
}

const movie = (imdbId: string, rank: number) => ({
  imdbId: { S: imdbId },
  runDate: { S: "2026-11-21" },
  rank: { N: `${rank}` },
  title: { S: "Léon 🎬" }
})

it("names tables by the cloud's region and account, whatever the environment says", async () => {
  vi.stubEnv("AWS_REGION", "us-west-2").stubEnv("AWS_ACCOUNT_ID", "123456789012")
  onTestFinished(() => void vi.unstubAllEnvs())
  const { dynamoDb } = await aTable()
  const { Table } = await dynamoDb.send(new DescribeTableCommand({ TableName: "movies" }))
  expect(Table).toMatchObject({
    TableArn: "arn:aws:dynamodb:eu-west-1:000000000000:table/movies",
    TableStatus: "ACTIVE"
  })
  expect(process.env["AWS_REGION"]).toBe("us-west-2")
})

it("keeps items and answers a query on an index in its order", async () => {
  const { dynamoDb, calls } = await aTable()
  for (const [id, rank] of [
    ["tt0000002", 2],
    ["tt0000010", 10],
    ["tt0000001", 1]
  ] as const) {
    await dynamoDb.send(new PutItemCommand({ TableName: "movies", Item: movie(id, rank) }))
  }
  const { Items } = await dynamoDb.send(
    new QueryCommand({
      TableName: "movies",
      IndexName: "byRunDate",
      KeyConditionExpression: "runDate = :day",
      ExpressionAttributeValues: { ":day": { S: "2026-11-21" } }
    })
  )
  expect(Items).toEqual([movie("tt0000001", 1), movie("tt0000002", 2), movie("tt0000010", 10)])
  expect(calls.at(-1)).toMatchObject({
    action: "dynamodb:Query",
    resources: ["arn:aws:dynamodb:eu-west-1:000000000000:table/movies/index/byRunDate"]
  })
})

it("holds a put to its condition", async () => {
  const { dynamoDb } = await aTable()
  const put = new PutItemCommand({
    TableName: "movies",
    Item: movie("tt0000001", 1),
    ConditionExpression: "attribute_not_exists(imdbId)"
  })
  await dynamoDb.send(put)
  await expect(dynamoDb.send(put)).rejects.toMatchObject({ name: "ConditionalCheckFailedException" })
})

it("tells the tables of a batch", async () => {
  const { dynamoDb, calls } = await aTable()
  const RequestItems = { movies: [{ PutRequest: { Item: movie("tt0000001", 1) } }] }
  await dynamoDb.send(new BatchWriteItemCommand({ RequestItems }))
  expect(calls.at(-1)).toMatchObject({
    operation: "BatchWriteItem",
    resources: ["arn:aws:dynamodb:eu-west-1:000000000000:table/movies"]
  })
})

it("says that it does not know transactions", async () => {
  const { dynamoDb } = await aTable()
  await expect(dynamoDb.send(new TransactWriteItemsCommand({ TransactItems: [] }))).rejects.toMatchObject({
    name: "UnknownOperationException"
  })
})
