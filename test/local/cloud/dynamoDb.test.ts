import { CreateTableCommand, DescribeTableCommand, TransactWriteItemsCommand } from "@aws-sdk/client-dynamodb"
import { expect, it, onTestFinished, vi } from "vitest"
import { moviesTableDefinition } from "../../support/moviesTable.ts"
import { startTestCloud } from "./testCloud.ts"

it("names tables by the cloud's region and account, not by the environment's, and has no transactions", async () => {
  vi.stubEnv("AWS_REGION", "us-west-2").stubEnv("AWS_ACCOUNT_ID", "123456789012")
  onTestFinished(() => void vi.unstubAllEnvs())
  const { clients } = await startTestCloud()
  await clients.dynamoDb.send(new CreateTableCommand({ TableName: "movies", ...moviesTableDefinition }))
  const { Table } = await clients.dynamoDb.send(new DescribeTableCommand({ TableName: "movies" }))
  expect(Table).toMatchObject({
    TableArn: "arn:aws:dynamodb:eu-west-1:000000000000:table/movies",
    TableStatus: "ACTIVE"
  })
  expect(process.env["AWS_REGION"]).toBe("us-west-2")
  await expect(clients.dynamoDb.send(new TransactWriteItemsCommand({ TransactItems: [] }))).rejects.toMatchObject({
    name: "UnknownOperationException"
  })
})
