import { createHash } from "node:crypto"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { Archive, type PropertyValue } from "../engine/Properties.ts"
import type { RegisteredResource } from "../engine/resourceMonitor.ts"

/** An input as it may be displayed: JSON text is parsed, a file is its size and hash, a secret is hidden. */
export type DisplayValue =
  | string
  | number
  | boolean
  | null
  | ReadonlyArray<DisplayValue>
  | { readonly [key: string]: DisplayValue }

export type DisplayRecord = { readonly [key: string]: DisplayValue }

export const isRecord = (value: unknown): value is DisplayRecord =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Archive)

export const isList = (value: unknown): value is ReadonlyArray<DisplayValue> => Array.isArray(value)

/** The value at a path of keys; undefined where a key is missing. */
export const at = (value: unknown, ...path: ReadonlyArray<string>): DisplayValue | undefined =>
  path.reduce<unknown>((inner, key) => (isRecord(inner) ? inner[key] : undefined), value) as DisplayValue | undefined

export const hiddenSecret = "(secret)"

/** A resource's inputs in alphabetical order. An input that contains a secret anywhere is hidden as a whole. */
export const displayInputs = ({ inputs, secrets }: Pick<RegisteredResource, "inputs" | "secrets">): DisplayRecord =>
  Object.fromEntries(
    Object.entries(inputs)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => [name, secrets.has(name) ? hiddenSecret : displayValue(value)])
  )

/** On one line; as JSON unless it is a string that reads the same without quotes. */
export const valueWords = (value: DisplayValue | undefined): string => {
  if (value === undefined) return "(absent)"
  return typeof value === "string" && /^\S(.*\S)?$/.test(value) ? value : JSON.stringify(value)
}

/** `memorySize 256, timeout 60` */
export const inputWords = (inputs: DisplayRecord): string =>
  Object.entries(inputs)
    .map(([name, value]) => `${name} ${valueWords(value)}`)
    .join(", ")

const displayValue = (value: PropertyValue): DisplayValue => {
  if (value instanceof Archive) {
    return Object.fromEntries([...value.files].map(([name, bytes]) => [name, displayFile(bytes)]))
  }
  if (typeof value === "string") return Option.getOrElse(decodeRecord(value), () => value)
  if (typeof value !== "object" || value === null) return value
  if (Array.isArray(value)) return value.map(displayValue)
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, displayValue(inner)]))
}

const decodeRecord = Schema.decodeUnknownOption(Schema.fromJsonString(Schema.Record(Schema.String, Schema.Json)))

const displayFile = (bytes: Uint8Array): DisplayValue => ({
  bytes: bytes.length,
  sha256: createHash("sha256").update(bytes).digest("hex")
})
