import type { Cost } from "./cost/cost.ts"
import type { Declared } from "./declareStack.ts"
import { resourceDifferences } from "./differences.ts"
import { groupByPrincipal, type Plan, planOf } from "./Plan.ts"
import { type Permission, permissionIdentity } from "./permissions/permissions.ts"
import { inDataOrder } from "./resources.ts"

export type Change = ReturnType<typeof changeOf>
export type CostChange = Change["cost"]["lines"][number]

export interface BeforeAfter<A> {
  readonly before: A
  readonly after: A
}

/** What a revision adds, removes and changes. Of triggers, alarms and outputs only what is not on both sides. */
export const changeOf = (before: Declared, after: Declared) => {
  const [old, now] = [planOf(before), planOf(after)]
  const isFunction = (who: string) =>
    [...old.permissions, ...now.permissions].some((each) => each.who === who && each.isFunction)
  const permissions = (of: Plan, others: Plan) =>
    groupByPrincipal(subtract(allPermissions(of), allPermissions(others), permissionIdentity), isFunction)
  return {
    added: subtract(now.resources, old.resources, identity),
    removed: subtract(old.resources, now.resources, identity),
    changed: changedResources(before, after),
    gained: permissions(now, old),
    lost: permissions(old, now),
    triggers: onOneSide(old.triggers, now.triggers),
    alarms: onOneSide(old.alarms, now.alarms),
    outputs: onOneSide(old.outputs, now.outputs),
    cost: { before: old.cost.total, after: now.cost.total, lines: costChanges(old.cost, now.cost) }
  }
}

export const isEmpty = ({ added, removed, changed, outputs }: Change): boolean =>
  [added, removed, changed, outputs.before, outputs.after].every((list) => list.length === 0)

const identity = ({ type, name }: { readonly type: string; readonly name: string }) => `${type} ${name}`

const subtract = <A>(items: ReadonlyArray<A>, others: ReadonlyArray<A>, key: (item: A) => string) => {
  const excluded = new Set(others.map(key))
  return items.filter((item) => !excluded.has(key(item)))
}

const onOneSide = (before: ReadonlyArray<string>, after: ReadonlyArray<string>) => ({
  before: subtract(before, after, String),
  after: subtract(after, before, String)
})

const allPermissions = ({ permissions }: Plan): ReadonlyArray<Permission> => permissions.flatMap(({ facts }) => facts)

const changedResources = (before: Declared, after: Declared) => {
  const earlier = new Map(inDataOrder(before.resources).map((each) => [identity(each), each]))
  return inDataOrder(after.resources).flatMap((now) => {
    const old = earlier.get(identity(now))
    const inputs = old === undefined ? [] : resourceDifferences(old, now)
    return inputs.length === 0 ? [] : [{ type: now.type, name: now.name, within: now.within, inputs }]
  })
}

const costChanges = (before: Cost, after: Cost) => {
  const all = [...after.lines, ...subtract(before.lines, after.lines, ({ name }) => name)]
  return all.flatMap((line) => {
    const [old, now] = [before, after].map(({ lines }) => lines.find(({ name }) => name === line.name))
    const quantity = { before: old?.quantity ?? 0, after: now?.quantity ?? 0 }
    if (quantity.before === quantity.after && old?.cost === now?.cost) return []
    return [{ line, quantity, cost: { before: old?.cost ?? 0, after: now?.cost ?? 0 } }]
  })
}
