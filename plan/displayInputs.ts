import { createHash } from "node:crypto"
import { Archive, type PropertyValue } from "../engine/Properties.ts"
import type { RegisteredResource } from "../engine/resourceMonitor.ts"

/** An input as it may be shown: no secret, no file's content, and JSON texts read. */
export type DisplayValue =
  | string
  | number
  | boolean
  | null
  | ReadonlyArray<DisplayValue>
  | { readonly [key: string]: DisplayValue }

export type DisplayRecord = { readonly [key: string]: DisplayValue }

export const isRecord = (value: unknown): value is { readonly [key: string]: DisplayValue } =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Archive)

export const isList = (value: unknown): value is ReadonlyArray<DisplayValue> => Array.isArray(value)

const parsed = (text: string): DisplayRecord | undefined => {
  if (!/^\s*\{/.test(text)) return undefined
  try {
    const json: unknown = JSON.parse(text)
    return isRecord(json) ? json : undefined
  } catch {
    return undefined
  }
}

/**
 * A source map names its sources from where it was made, and a checkout elsewhere reaches node_modules by another way:
 * only what differs in spite of that is a difference.
 */
const placeless = (name: string, bytes: Uint8Array): Uint8Array =>
  name.endsWith(".map")
    ? Buffer.from(
        Buffer.from(bytes)
          .toString()
          .replaceAll(/"[^"]*\/node_modules\//g, '"node_modules/')
      )
    : bytes

const shownFile = (name: string, bytes: Uint8Array): DisplayValue => {
  const content = placeless(name, bytes)
  return { bytes: content.length, sha256: createHash("sha256").update(content).digest("hex") }
}

const shown = (value: PropertyValue): DisplayValue => {
  if (value instanceof Archive) {
    return Object.fromEntries([...value.files].map(([name, bytes]) => [name, shownFile(name, bytes)]))
  }
  if (typeof value === "string") return parsed(value) ?? value
  if (typeof value !== "object" || value === null) return value
  if (Array.isArray(value)) return value.map(shown)
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shown(inner)]))
}

export const hiddenSecret = "(secret)"

/** A resource's inputs by name, in alphabetical order; one that holds a secret anywhere is hidden whole. */
export const displayInputs = ({ inputs, secrets }: Pick<RegisteredResource, "inputs" | "secrets">): DisplayRecord =>
  Object.fromEntries(
    Object.entries(inputs)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => [name, secrets.has(name) ? hiddenSecret : shown(value)])
  )
