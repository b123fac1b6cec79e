import dynalite from "dynalite"
import { wrongRegion } from "./AwsError.ts"
import { type Json, parseJson, readOperation, stringAt } from "./protocol.ts"
import { accountId, type Service } from "./Service.ts"
import { sendInMemory } from "./sendInMemory.ts"

/** It takes region and account from the environment when it is made, and from nowhere else. */
const makeDynalite = (region: string) => {
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

const tablesOf = (body: Json): ReadonlyArray<string> => {
  const table = stringAt(body, "TableName")
  if (table !== undefined) return [table]
  const requested = body["RequestItems"]
  return typeof requested === "object" && requested !== null ? Object.keys(requested) : []
}

/** DynamoDB by dynalite, asked in process. */
export const makeDynamoDb = (region: string): Service => {
  const server = makeDynalite(region)

  return (request) => {
    if (request.region !== region) throw wrongRegion("dynamodb", request.region)
    const name = readOperation(request, "DynamoDB_20120810")
    const body = parseJson(request.body.toString())
    const index = stringAt(body, "IndexName")
    const resources = tablesOf(body).map(
      (table) => `arn:aws:dynamodb:${region}:${accountId}:table/${table}${index === undefined ? "" : `/index/${index}`}`
    )
    return {
      name,
      permissions: [{ action: `dynamodb:${name}`, resources: resources.length === 0 ? ["*"] : resources }],
      context: {},
      run: () => sendInMemory(server, request)
    }
  }
}
