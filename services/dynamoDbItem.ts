import type { AttributeValue } from "@aws-sdk/client-dynamodb"
import type { TableItem } from "../domain/TableItem.ts"

type Value = string | number | ReadonlyArray<string>

/** A row as DynamoDB takes it: texts, numbers and lists of texts are all that a row has. */
export const itemOf = (item: TableItem): Record<string, AttributeValue> =>
  Object.fromEntries(Object.entries(item).map(([name, value]) => [name, attributeOf(value)]))

const attributeOf = (value: Value): AttributeValue => {
  if (typeof value === "string") return { S: value }
  if (typeof value === "number") return { N: String(value) }
  return { L: value.map((text) => ({ S: text })) }
}
