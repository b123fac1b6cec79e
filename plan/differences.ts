import { Archive } from "../engine/Properties.ts"
import type { RegisteredResource } from "../engine/resourceMonitor.ts"
import { shortType } from "./declareStack.ts"
import { type DisplayRecord, type DisplayValue, displayInputs, isList, isRecord } from "./displayInputs.ts"
import type { PlacedResource } from "./resources.ts"

/** One place in the inputs that changed; absent on one side is not there. */
export interface Difference {
  readonly path: string
  readonly before?: DisplayValue
  readonly after?: DisplayValue
  /** Neither side may be shown. */
  readonly secret?: true
}

const canonical = (value: DisplayValue | undefined): string =>
  JSON.stringify(value, (_, inner: unknown) =>
    isRecord(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner
  )

export const isEqual = (a: DisplayValue | undefined, b: DisplayValue | undefined): boolean =>
  canonical(a) === canonical(b)

const below = (path: string, key: string) => {
  if (path === "") return key
  return /^[\w:-]+$/.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`
}

/** Those of a list that the other has no equal of, with their places. */
const unmatched = (items: ReadonlyArray<DisplayValue>, others: ReadonlyArray<DisplayValue>) => {
  const left = others.map(canonical)
  return items.flatMap((item, index) => {
    const found = left.indexOf(canonical(item))
    if (found === -1) return [{ item, index }]
    left.splice(found, 1)
    return []
  })
}

// One entry more or less in a list is that entry, not a change of all that come after it.
const inLists = (
  path: string,
  before: ReadonlyArray<DisplayValue>,
  after: ReadonlyArray<DisplayValue>
): ReadonlyArray<Difference> => {
  const gone = unmatched(before, after)
  const come = unmatched(after, before)
  if (gone.length === 0 && come.length === 0) return [{ path, before, after }]
  return Array.from({ length: Math.max(gone.length, come.length) }, (_, place) => {
    const [old, now] = [gone[place], come[place]]
    return differences(`${path}[${now?.index ?? old?.index}]`, old?.item, now?.item)
  }).flat()
}

/** Where two inputs differ, as deep down as can be said. */
export const differences = (
  path: string,
  before: DisplayValue | undefined,
  after: DisplayValue | undefined
): ReadonlyArray<Difference> => {
  if (isEqual(before, after)) return []
  if (isRecord(before) && isRecord(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort()
    return keys.flatMap((key) => differences(below(path, key), before[key], after[key]))
  }
  if (isList(before) && isList(after)) return inLists(path, before, after)
  return [{ path, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) }]
}

const size = (file: DisplayValue | undefined): string | undefined =>
  isRecord(file) ? `${Number(file["bytes"]).toLocaleString("en-US")} bytes` : undefined

/** Code is told by its files' sizes; a source map says nothing that the code beside it does not, unless it alone differs. */
const codeDifferences = (
  name: string,
  before: DisplayValue | undefined,
  after: DisplayValue | undefined
): ReadonlyArray<Difference> => {
  const old: DisplayRecord = isRecord(before) ? before : {}
  const now: DisplayRecord = isRecord(after) ? after : {}
  const files = [...new Set([...Object.keys(old), ...Object.keys(now)])].sort()
  const unlike = files.filter((file) => !isEqual(old[file], now[file]))
  const code = unlike.filter((file) => !file.endsWith(".map"))
  return (code.length > 0 ? code : unlike).map((file) => {
    const [from, to] = [size(old[file]), size(now[file])]
    return {
      path: `${name} (${file})`,
      ...(from === undefined ? {} : { before: from }),
      ...(to === undefined ? {} : { after: from === to ? `${to}, other content` : to })
    }
  })
}

const nameOfUrn = (urn: string) => {
  const [, , types = "", name] = urn.split("::")
  return `${shortType(types.split("$").at(-1) ?? "")} ${name}`
}

/** What a resource waits for beyond what its inputs are made of: the order that a dependsOn asks for. */
const waitsFor = ({ dependencies, inputs }: RegisteredResource): ReadonlyArray<string> => {
  const made = JSON.stringify(inputs)
  return [...new Set(dependencies.map(nameOfUrn))].filter((name) => !made.includes(`${name}>`)).sort()
}

/** What of a resource is not an input, under names that no input can have. */
const aside = (resource: PlacedResource): DisplayRecord => ({
  "(in)": resource.within.join(" / "),
  "(protected)": resource.protect,
  "(retained on delete)": resource.retainOnDelete,
  "(waits for)": waitsFor(resource)
})

const ofInput = (
  name: string,
  before: PlacedResource,
  after: PlacedResource,
  shown: { old: DisplayRecord; now: DisplayRecord }
) => {
  const [old, now] = [before.inputs[name], after.inputs[name]]
  if (before.secrets.has(name) || after.secrets.has(name)) {
    return JSON.stringify(old) === JSON.stringify(now) ? [] : [{ path: name, secret: true as const }]
  }
  if (old instanceof Archive || now instanceof Archive) return codeDifferences(name, shown.old[name], shown.now[name])
  return differences(name, shown.old[name], shown.now[name])
}

/** How a resource differs between two revisions of the program; of a secret, only that it does. */
export const resourceDifferences = (before: PlacedResource, after: PlacedResource): ReadonlyArray<Difference> => {
  const shown = { old: displayInputs(before), now: displayInputs(after) }
  const inputs = [...new Set([...Object.keys(shown.old), ...Object.keys(shown.now)])].sort()
  return [
    ...inputs.flatMap((name) => ofInput(name, before, after, shown)),
    ...differences("", aside(before), aside(after))
  ]
}
