import { AwsError } from "./AwsError.ts"
import type { Request } from "./Service.ts"

export type Json = Readonly<Record<string, unknown>>

const isJson = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value)

export const json = (text: string): Json => {
  try {
    const value: unknown = JSON.parse(text)
    if (isJson(value)) return value
  } catch {
    // Told below.
  }
  throw new AwsError(400, "SerializationException", "The request is not a JSON object.")
}

export const textAt = (value: Json, name: string): string | undefined => {
  const found = value[name]
  return typeof found === "string" ? found : undefined
}

/** The objects in a list; none if there is no list. */
export const objectsAt = (value: Json, name: string): ReadonlyArray<Json> => {
  const found = value[name]
  return Array.isArray(found) ? found.filter(isJson) : []
}

/** What AWS's JSON protocols call: `AmazonSQS.SendMessage` is the operation SendMessage of AmazonSQS. */
export const calledOperation = ({ headers }: Request, prefix: string): string => {
  const target = headers["x-amz-target"]?.toString() ?? ""
  if (!target.startsWith(`${prefix}.`)) {
    throw new AwsError(400, "UnknownOperationException", `The local cloud does not know the operation ${target}.`)
  }
  return target.slice(prefix.length + 1)
}
