import { isList, isRecord, type Shown } from "../inputs.ts"

/** One place in the inputs that changed; absent on one side is not there. */
export interface Difference {
  readonly path: string
  readonly before?: Shown
  readonly after?: Shown
  /** Neither side may be shown. */
  readonly secret?: true
}

const canonical = (value: Shown | undefined): string =>
  JSON.stringify(value, (_, inner: unknown) =>
    isRecord(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner
  )

export const same = (a: Shown | undefined, b: Shown | undefined): boolean => canonical(a) === canonical(b)

const below = (path: string, key: string) => {
  if (path === "") return key
  return /^[\w:-]+$/.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`
}

/** Those of a list that the other has no equal of, with their places. */
const unmatched = (items: ReadonlyArray<Shown>, others: ReadonlyArray<Shown>) => {
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
  before: ReadonlyArray<Shown>,
  after: ReadonlyArray<Shown>
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
  before: Shown | undefined,
  after: Shown | undefined
): ReadonlyArray<Difference> => {
  if (same(before, after)) return []
  if (isRecord(before) && isRecord(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort()
    return keys.flatMap((key) => differences(below(path, key), before[key], after[key]))
  }
  if (isList(before) && isList(after)) return inLists(path, before, after)
  return [{ path, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) }]
}
