import type { Cost, CostLine } from "./cost/cost.ts"
import type { Declared } from "./declareStack.ts"
import type { Difference } from "./differences.ts"
import { resourceDifferences } from "./differences.ts"
import { groupByPrincipal, type Plan, type PlannedResource, type PrincipalPermissions, planOf } from "./Plan.ts"
import { type Permission, permissionIdentity } from "./permissions/permissions.ts"
import { inDataOrder, type PlacedResource } from "./resources.ts"

export interface ChangedResource {
  readonly type: string
  readonly name: string
  readonly within: ReadonlyArray<string>
  readonly inputs: ReadonlyArray<Difference>
}

export interface BeforeAfter<A> {
  readonly before: ReadonlyArray<A>
  readonly after: ReadonlyArray<A>
}

/** What a revision adds, removes and changes. */
export interface Change {
  readonly added: ReadonlyArray<PlannedResource>
  readonly removed: ReadonlyArray<PlannedResource>
  readonly changed: ReadonlyArray<ChangedResource>
  readonly gained: ReadonlyArray<PrincipalPermissions>
  readonly lost: ReadonlyArray<PrincipalPermissions>
  /** Those that are not on both sides; what a changed one says is in its resource. */
  readonly triggers: BeforeAfter<string>
  readonly alarms: BeforeAfter<string>
  readonly outputs: BeforeAfter<string>
  readonly cost: { readonly before: number; readonly after: number; readonly lines: ReadonlyArray<CostChange> }
}

export interface CostChange {
  readonly line: CostLine
  readonly quantity: { readonly before: number; readonly after: number }
  readonly cost: { readonly before: number; readonly after: number }
}

const identity = ({ type, name }: { readonly type: string; readonly name: string }) => `${type} ${name}`

const without = <A>(items: ReadonlyArray<A>, others: ReadonlyArray<A>, key: (item: A) => string): ReadonlyArray<A> => {
  const known = new Set(others.map(key))
  return items.filter((item) => !known.has(key(item)))
}

const moved = (before: ReadonlyArray<string>, after: ReadonlyArray<string>): BeforeAfter<string> => ({
  before: without(before, after, String),
  after: without(after, before, String)
})

const costChanges = (before: Cost, after: Cost): ReadonlyArray<CostChange> => {
  const all = [...after.lines, ...without(before.lines, after.lines, ({ name }) => name)]
  return all.flatMap((line) => {
    const [old, now] = [before, after].map(({ lines }) => lines.find(({ name }) => name === line.name))
    const quantity = { before: old?.quantity ?? 0, after: now?.quantity ?? 0 }
    if (quantity.before === quantity.after && old?.cost === now?.cost) return []
    return [{ line, quantity, cost: { before: old?.cost ?? 0, after: now?.cost ?? 0 } }]
  })
}

const changedResources = (
  before: ReadonlyArray<PlacedResource>,
  after: ReadonlyArray<PlacedResource>
): ReadonlyArray<ChangedResource> =>
  after.flatMap((now) => {
    const old = before.find((each) => identity(each) === identity(now))
    const inputs = old === undefined ? [] : resourceDifferences(old, now)
    return inputs.length === 0 ? [] : [{ type: now.type, name: now.name, within: now.within, inputs }]
  })

const factsOf = ({ permissions }: Plan): ReadonlyArray<Permission> => permissions.flatMap(({ facts }) => facts)

export const changeOf = (before: Declared, after: Declared): Change => {
  const [old, now] = [planOf(before), planOf(after)]
  const isFunction = (who: string) =>
    [...old.permissions, ...now.permissions].some((each) => each.who === who && each.isFunction)
  return {
    added: without(now.resources, old.resources, identity),
    removed: without(old.resources, now.resources, identity),
    changed: changedResources(inDataOrder(before.resources), inDataOrder(after.resources)),
    gained: groupByPrincipal(without(factsOf(now), factsOf(old), permissionIdentity), isFunction),
    lost: groupByPrincipal(without(factsOf(old), factsOf(now), permissionIdentity), isFunction),
    triggers: moved(old.triggers, now.triggers),
    alarms: moved(old.alarms, now.alarms),
    outputs: moved(old.outputs, now.outputs),
    cost: { before: old.cost.total, after: now.cost.total, lines: costChanges(old.cost, now.cost) }
  }
}

export const isEmpty = ({ added, removed, changed, outputs }: Change): boolean =>
  [added, removed, changed, outputs.before, outputs.after].every((list) => list.length === 0)
