import { readFileSync } from "node:fs"
import { resolve } from "node:path"

/**
 * Pulumi's wire form of a property: JSON, with some objects marked by a signature key as a secret, an asset or an
 * archive (`@pulumi/pulumi/runtime/rpc`).
 */
const signature = "4dabf18193072939515e22adb298388d"
const marks = {
  secret: "1b47061264138c4ac30d75fd1eb44270",
  asset: "c44067f5952c0a294b673a41bacd8c17",
  archive: "0def7320c3a5731c473e5ecbe6d01bc7"
} as const

export type PropertyValue =
  | string
  | number
  | boolean
  | null
  | ReadonlyArray<PropertyValue>
  | Archive
  | { readonly [key: string]: PropertyValue }

/** The files of a function's code by name. */
export class Archive {
  readonly files: ReadonlyMap<string, Uint8Array>

  constructor(files: ReadonlyMap<string, Uint8Array>) {
    this.files = files
  }
}

export type Properties = Readonly<Record<string, PropertyValue>>

/** Properties, and the names of those that contain a secret. */
export interface DecodedProperties {
  readonly properties: Properties
  readonly secrets: ReadonlySet<string>
}

const isRecord = (wire: unknown): wire is Readonly<Record<string, unknown>> =>
  typeof wire === "object" && wire !== null && !Array.isArray(wire)

const decodeArchive = (wire: Readonly<Record<string, unknown>>, root: string): Archive => {
  const files = new Map<string, Uint8Array>()
  for (const [name, asset] of Object.entries(isRecord(wire["assets"]) ? wire["assets"] : {})) {
    if (!isRecord(asset) || asset[signature] !== marks.asset || typeof asset["path"] !== "string") {
      throw new Error(`The file ${name} of an archive is not a FileAsset, the only type that the engine reads.`)
    }
    files.set(name, readFileSync(resolve(root, asset["path"])))
  }
  return new Archive(files)
}

const decodeValue = (wire: unknown, root: string, onSecret: () => void): PropertyValue => {
  if (wire === null || typeof wire === "string" || typeof wire === "number" || typeof wire === "boolean") return wire
  if (Array.isArray(wire)) return wire.map((item) => decodeValue(item, root, onSecret))
  if (!isRecord(wire)) throw new Error(`The engine cannot read a property of the type ${typeof wire}.`)
  const mark = wire[signature]
  if (mark === undefined) {
    return Object.fromEntries(Object.entries(wire).map(([key, value]) => [key, decodeValue(value, root, onSecret)]))
  }
  if (mark === marks.secret) {
    onSecret()
    return decodeValue(wire["value"], root, onSecret)
  }
  if (mark === marks.archive) return decodeArchive(wire, root)
  throw new Error(`The engine cannot read a property with the signature ${String(mark)}.`)
}

/** The paths of files are relative to `root`. */
export const decodeProperties = (wire: Readonly<Record<string, unknown>>, root: string): DecodedProperties => {
  const secrets = new Set<string>()
  return {
    properties: Object.fromEntries(
      Object.entries(wire).map(([key, value]) => [key, decodeValue(value, root, () => secrets.add(key))])
    ),
    secrets
  }
}

/** Outputs for the program. A secret input is a secret output; archives are left out. */
export const encodeProperties = (properties: Properties, secrets: ReadonlySet<string>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(properties)
      .filter(([, value]) => !(value instanceof Archive))
      .map(([key, value]) => [key, secrets.has(key) ? { [signature]: marks.secret, value } : value])
  )
