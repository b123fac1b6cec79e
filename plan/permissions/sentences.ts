import { listed } from "../nouns.ts"
import type { Fact } from "./Fact.ts"
import { verbOf } from "./verbs.ts"

const grouped = <A>(items: ReadonlyArray<A>, key: (item: A) => unknown): ReadonlyArray<readonly [A, ...Array<A>]> => {
  const groups = new Map<string, [A, ...Array<A>]>()
  for (const item of items) {
    const name = JSON.stringify(key(item))
    const group = groups.get(name)
    if (group === undefined) groups.set(name, [item])
    else group.push(item)
  }
  return [...groups.values()]
}

// `enriched/ and gaps/ (…)`: the folders, and in brackets what their keys have in common below them.
const folders = (keys: ReadonlyArray<string>): string => {
  const split = keys.map((key) => {
    const end = key.indexOf("/") + 1
    return { folder: key.slice(0, end), below: key.slice(end) }
  })
  return listed(
    grouped(split, ({ below }) => below).map((group) => {
      const names = listed(group.map(({ folder }) => folder))
      return group[0].below === "*" ? names : `${names} (${group[0].below})`
    })
  )
}

const part = (keys: ReadonlyArray<string>): string => {
  const exact = keys.filter((key) => !key.includes("*"))
  const alike = keys.filter((key) => key.includes("*") && key.includes("/"))
  const others = keys.filter((key) => key.includes("*") && !key.includes("/"))
  return listed([
    ...(alike.length > 0 ? [`objects under ${folders(alike)}`] : []),
    ...others.map((key) => (key === "*" ? "all objects" : `objects named ${key}`)),
    ...exact.map((key) => `the object ${key}`)
  ])
}

interface Clause {
  readonly may: Fact["may"]
  readonly verbs: ReadonlyArray<string>
  readonly what: string
  readonly condition: string
}

/** What one role or service may do, a sentence without its subject each: `may send to the exports queue`. */
export const sentences = (facts: ReadonlyArray<Fact>): ReadonlyArray<string> => {
  // First the actions on one thing, then the keys on which they are the same, then the things.
  const things = grouped(facts, ({ may, object, key, condition }) => [may, object, key, condition]).map((group) => ({
    ...group[0],
    verbs: [...new Set(group.map(({ action }) => verbOf(action)))]
  }))
  const clauses = grouped(things, ({ may, object, key, condition, verbs }) => [
    may,
    object,
    key === undefined,
    condition,
    verbs
  ]).map((group): Clause => {
    const { may, object, condition, verbs } = group[0]
    const keys = group.flatMap(({ key }) => (key === undefined ? [] : [key]))
    return { may, verbs, condition, what: keys.length === 0 ? object : `${part(keys)} in ${object}` }
  })
  return grouped(clauses, ({ may, verbs, condition }) => [may, verbs, condition]).map((group) => {
    const { may, verbs, condition } = group[0]
    const what = listed(group.map((clause) => clause.what))
    return `${may} ${listed(verbs)} ${what}${condition === "" ? "" : `, ${condition}`}`
  })
}
