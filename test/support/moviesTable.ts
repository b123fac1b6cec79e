import type { CreateTableCommandInput } from "@aws-sdk/client-dynamodb"
import { byRunDate } from "../../domain/TableItem.ts"

/** The key and the index of the movies table, as input of CreateTable. */
export const moviesTableDefinition = {
  BillingMode: "PAY_PER_REQUEST",
  AttributeDefinitions: [
    { AttributeName: "imdbId", AttributeType: "S" },
    { AttributeName: "runDate", AttributeType: "S" },
    { AttributeName: "rank", AttributeType: "N" }
  ],
  KeySchema: [
    { AttributeName: "imdbId", KeyType: "HASH" },
    { AttributeName: "runDate", KeyType: "RANGE" }
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: byRunDate,
      KeySchema: [
        { AttributeName: "runDate", KeyType: "HASH" },
        { AttributeName: "rank", KeyType: "RANGE" }
      ],
      Projection: { ProjectionType: "ALL" }
    }
  ]
} satisfies Omit<CreateTableCommandInput, "TableName">
