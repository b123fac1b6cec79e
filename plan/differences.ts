import { Archive } from "../engine/Properties.ts"
import { type DisplayRecord, type DisplayValue, displayInputs, isList, isRecord } from "./displayInputs.ts"
import type { PlacedResource } from "./resources.ts"

/** A changed value in a resource's inputs; it was added where `before` is absent, removed where `after` is absent. */
export interface Difference {
  readonly path: string
  readonly before?: DisplayValue
  readonly after?: DisplayValue
  /** A secret changed; neither value is given. */
  readonly secret?: true
}

/** The differences of a resource between two revisions of the program, in its inputs and in its resource options. */
export const resourceDifferences = (before: PlacedResource, after: PlacedResource): ReadonlyArray<Difference> => {
  const [old, now] = [displayInputs(before), displayInputs(after)]
  return [
    ...keysOf(old, now).flatMap((name) => inputDifferences(name, before, after, old[name], now[name])),
    ...differences("", optionsOf(before), optionsOf(after))
  ]
}

const inputDifferences = (
  name: string,
  before: PlacedResource,
  after: PlacedResource,
  old: DisplayValue | undefined,
  now: DisplayValue | undefined
): ReadonlyArray<Difference> => {
  const values = [before.inputs[name], after.inputs[name]]
  if (before.secrets.has(name) || after.secrets.has(name)) {
    const [a, b] = values.map((value) => JSON.stringify(value))
    return a === b ? [] : [{ path: name, secret: true }]
  }
  return values.some((value) => value instanceof Archive)
    ? codeDifferences(name, old, now)
    : differences(name, old, now)
}

/** Resource options, under names that no input has. */
const optionsOf = (resource: PlacedResource): DisplayRecord => ({
  "(in)": resource.within.join(" / "),
  "(protected)": resource.protect,
  "(retained on delete)": resource.retainOnDelete
})

/** Code is compared by file and described by its size. */
const codeDifferences = (
  name: string,
  before: DisplayValue | undefined,
  after: DisplayValue | undefined
): ReadonlyArray<Difference> => {
  const old = isRecord(before) ? before : {}
  const now = isRecord(after) ? after : {}
  const unequal = keysOf(old, now).filter((file) => !isEqual(old[file], now[file]))
  return unequal.map((file) => {
    const [from, to] = [old[file], now[file]].map((each) =>
      isRecord(each) ? `${Number(each["bytes"]).toLocaleString("en-US")} bytes` : undefined
    )
    return difference(`${name} (${file})`, from, from === to ? `${to}, different content` : to)
  })
}

/** The differences between two values, at the innermost paths. */
export const differences = (
  path: string,
  before: DisplayValue | undefined,
  after: DisplayValue | undefined
): ReadonlyArray<Difference> => {
  if (isEqual(before, after)) return []
  if (isRecord(before) && isRecord(after)) {
    return keysOf(before, after).flatMap((key) => differences(pathBelow(path, key), before[key], after[key]))
  }
  return isList(before) && isList(after) ? listDifferences(path, before, after) : [difference(path, before, after)]
}

/** An entry that is inserted or deleted is one difference; the entries after it are unchanged. */
const listDifferences = (path: string, before: ReadonlyArray<DisplayValue>, after: ReadonlyArray<DisplayValue>) => {
  const deleted = unmatched(before, after)
  const inserted = unmatched(after, before)
  if (deleted.length === 0 && inserted.length === 0) return [{ path, before, after }]
  return Array.from({ length: Math.max(deleted.length, inserted.length) }, (_, place) => {
    const [old, now] = [deleted[place], inserted[place]]
    return differences(`${path}[${now?.index ?? old?.index}]`, old?.item, now?.item)
  }).flat()
}

/** The entries without an equal entry in the other list; equal entries are paired one to one. */
const unmatched = (items: ReadonlyArray<DisplayValue>, others: ReadonlyArray<DisplayValue>) => {
  const left = others.map(canonical)
  return items.flatMap((item, index) => {
    const found = left.indexOf(canonical(item))
    if (found === -1) return [{ item, index }]
    left.splice(found, 1)
    return []
  })
}

const difference = (path: string, before: DisplayValue | undefined, after: DisplayValue | undefined): Difference => ({
  path,
  ...(before === undefined ? {} : { before }),
  ...(after === undefined ? {} : { after })
})

const pathBelow = (path: string, key: string) => {
  if (path === "") return key
  return /^[\w:-]+$/.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`
}

const keysOf = (...records: ReadonlyArray<DisplayRecord>) => [...new Set(records.flatMap(Object.keys))].sort()

/** Equal whatever the order of the keys. */
export const isEqual = (a: DisplayValue | undefined, b: DisplayValue | undefined): boolean =>
  canonical(a) === canonical(b)

const canonical = (value: DisplayValue | undefined): string =>
  JSON.stringify(value, (_, inner: unknown) =>
    isRecord(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner
  )
