import { CreateTableCommand } from "@aws-sdk/client-dynamodb"
import * as Schema from "effect/Schema"
import { kind } from "./kind.ts"

const keySchema = (hashKey: string, rangeKey: string) => [
  { AttributeName: hashKey, KeyType: "HASH" as const },
  { AttributeName: rangeKey, KeyType: "RANGE" as const }
]

export const dynamodb = {
  "aws:dynamodb/table:Table": kind(
    {
      billingMode: Schema.Literal("PAY_PER_REQUEST"),
      hashKey: Schema.String,
      rangeKey: Schema.String,
      attributes: Schema.Array(Schema.Struct({ name: Schema.String, type: Schema.Literals(["S", "N", "B"]) })),
      globalSecondaryIndexes: Schema.Array(
        Schema.Struct({
          name: Schema.String,
          hashKey: Schema.String,
          rangeKey: Schema.String,
          projectionType: Schema.Literal("ALL")
        })
      )
    },
    ["pointInTimeRecovery", "deletionProtectionEnabled"],
    async ({ inputs, physicalName, world }) => {
      await world.cloud.clients.dynamoDb.send(
        new CreateTableCommand({
          TableName: physicalName,
          BillingMode: inputs.billingMode,
          AttributeDefinitions: inputs.attributes.map(({ name, type }) => ({
            AttributeName: name,
            AttributeType: type
          })),
          KeySchema: keySchema(inputs.hashKey, inputs.rangeKey),
          GlobalSecondaryIndexes: inputs.globalSecondaryIndexes.map((index) => ({
            IndexName: index.name,
            KeySchema: keySchema(index.hashKey, index.rangeKey),
            Projection: { ProjectionType: index.projectionType }
          }))
        })
      )
      return {
        id: physicalName,
        outputs: { name: physicalName, arn: world.arn("dynamodb", `table/${physicalName}`) }
      }
    }
  )
}
