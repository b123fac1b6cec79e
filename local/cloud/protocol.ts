import type { Request } from "./Service.ts"
import { AwsError } from "./Service.ts"

/** The part of a request target before the query, still encoded. */
export const pathOf = (target: string): string => target.split("?", 1)[0] ?? ""

export const queryOf = (target: string): URLSearchParams => new URLSearchParams(target.slice(pathOf(target).length))

export type Json = Readonly<Record<string, unknown>>

export const isJson = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value)

export const parseJson = (text: string): Json => {
  try {
    const value: unknown = JSON.parse(text)
    if (isJson(value)) return value
  } catch {
    // The same error as for another type of JSON value.
  }
  throw new AwsError(400, "SerializationException", "The request is not a JSON object.")
}

export const stringAt = (value: Json, name: string): string | undefined => {
  const found = value[name]
  return typeof found === "string" ? found : undefined
}

/** The objects in the list of that name; empty if there is no list. */
export const objectsAt = (value: Json, name: string): ReadonlyArray<Json> => {
  const found = value[name]
  return Array.isArray(found) ? found.filter(isJson) : []
}

export const unknownOperation = (operation: string): AwsError =>
  new AwsError(400, "UnknownOperationException", `The local cloud does not implement the operation ${operation}.`)

/** The operation of a request in AWS's JSON protocol: SendMessage of `AmazonSQS.SendMessage`. */
export const readOperation = ({ headers }: Request, prefix: string): string => {
  const target = headers["x-amz-target"]?.toString() ?? ""
  if (!target.startsWith(`${prefix}.`)) throw unknownOperation(target)
  return target.slice(prefix.length + 1)
}

const escapeXml = (text: string): string => text.replace(/[<>&"'\r\n]/g, (character) => `&#${character.charCodeAt(0)};`)

/** One element per entry, in order. The values are text, not markup. */
export const xmlElements = (entries: Readonly<Record<string, string | number | boolean>>): string =>
  Object.entries(entries)
    .map(([name, value]) => `<${name}>${escapeXml(String(value))}</${name}>`)
    .join("")

export const xmlDocument = (content: string): string => `<?xml version="1.0" encoding="UTF-8"?>\n${content}`
