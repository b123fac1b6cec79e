import dynalite from "dynalite"
import { type Json, parseJson, readOperation, stringAt } from "./protocol.ts"
import { accountId, type Service } from "./Service.ts"
import { sendInMemory } from "./sendInMemory.ts"

/** dynalite reads region and account from the environment when it is created, and has no option for them. */
const startDynalite = (region: string) => {
  const before = { ...process.env }
  process.env["AWS_REGION"] = region
  process.env["AWS_ACCOUNT_ID"] = accountId
  try {
    return dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 })
  } finally {
    for (const name of ["AWS_REGION", "AWS_ACCOUNT_ID"]) {
      if (before[name] === undefined) delete process.env[name]
      else process.env[name] = before[name]
    }
  }
}

const tablesOf = (input: Json): ReadonlyArray<string> => {
  const table = stringAt(input, "TableName")
  if (table !== undefined) return [table]
  const requested = input["RequestItems"]
  return typeof requested === "object" && requested !== null ? Object.keys(requested) : []
}

export const makeDynamoDb = (region: string): Service => {
  const server = startDynalite(region)

  return (request) => {
    const name = readOperation(request, "DynamoDB_20120810")
    const input = parseJson(request.body.toString())
    const index = stringAt(input, "IndexName")
    const resources = tablesOf(input).map(
      (table) => `arn:aws:dynamodb:${region}:${accountId}:table/${table}${index === undefined ? "" : `/index/${index}`}`
    )
    return {
      name,
      permissions: [{ action: `dynamodb:${name}`, resources: resources.length === 0 ? ["*"] : resources }],
      run: () => sendInMemory(server, request)
    }
  }
}
