import { CreateTableCommand, ScanCommand } from "@aws-sdk/client-dynamodb"
import * as Effect from "effect/Effect"
import { startCloud } from "../../local/cloud/startCloud.ts"
import { moviesTableDefinition } from "./moviesTable.ts"

export const table = "movies-table"

/** The movies table on the local cloud, with the cloud's address and keys in the environment that the clients read. */
export const cloudTable = Effect.gen(function* () {
  const cloud = yield* Effect.acquireRelease(
    Effect.promise(() => startCloud({ region: "eu-central-1" })),
    (cloud) => Effect.promise(() => cloud.stop())
  )
  const { dynamoDb } = cloud.clients
  yield* Effect.promise(() => dynamoDb.send(new CreateTableCommand({ TableName: table, ...moviesTableDefinition })))
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: cloud.endpoint,
    AWS_REGION: cloud.region,
    AWS_ACCESS_KEY_ID: cloud.admin.accessKeyId,
    AWS_SECRET_ACCESS_KEY: cloud.admin.secretAccessKey,
    AWS_CONFIG_FILE: "/dev/null",
    AWS_SHARED_CREDENTIALS_FILE: "/dev/null"
  })
  const items = Effect.promise(() => dynamoDb.send(new ScanCommand({ TableName: table }))).pipe(
    Effect.map(({ Items = [] }) => Items)
  )
  return { dynamoDb, items }
})
