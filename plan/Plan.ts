import { alarmsOf } from "./alarms.ts"
import { type Cost, costOf } from "./cost/cost.ts"
import type { Declared } from "./declareStack.ts"
import { factsOf } from "./facts.ts"
import { inDataOrder } from "./inDataOrder.ts"
import { type ShownRecord, shownInputs } from "./inputs.ts"
import { nouns } from "./nouns.ts"
import type { Fact } from "./permissions/Fact.ts"
import { permissions } from "./permissions/permissions.ts"
import { sentences } from "./permissions/sentences.ts"
import { triggersOf } from "./triggers.ts"

export interface PlannedResource {
  readonly type: string
  readonly name: string
  readonly within: ReadonlyArray<string>
  readonly protect: boolean
  readonly retainOnDelete: boolean
  /** At a glance. */
  readonly facts: string
  readonly inputs: ShownRecord
}

export interface Permissions {
  readonly who: string
  /** Whether it is one of the functions of the stack. */
  readonly isFunction: boolean
  readonly sentences: ReadonlyArray<string>
  readonly facts: ReadonlyArray<Fact>
}

/** What would be there: the document for machines, and what the pages for people are made of. */
export interface Plan {
  readonly project: string
  readonly stack: string
  readonly region: string
  readonly resources: ReadonlyArray<PlannedResource>
  readonly permissions: ReadonlyArray<Permissions>
  readonly triggers: ReadonlyArray<string>
  readonly alarms: ReadonlyArray<string>
  /** The names of the stack's outputs. */
  readonly outputs: ReadonlyArray<string>
  readonly cost: Cost
}

/** Facts of the same subject together, subjects in the order in which they first come. */
export const bySubject = (
  facts: ReadonlyArray<Fact>,
  isFunction: (name: string) => boolean
): ReadonlyArray<Permissions> =>
  [...new Set(facts.map(({ who }) => who))].map((who) => {
    const own = facts.filter((fact) => fact.who === who)
    return { who, isFunction: isFunction(who), sentences: sentences(own), facts: own }
  })

export const planOf = ({ project, stack, region, resources: registered, outputs }: Declared): Plan => {
  const placed = inDataOrder(registered)
  const named = nouns(placed)
  const isFunction = (who: string) =>
    placed.some(({ type, name }) => type === "aws:lambda/function:Function" && name === who)
  return {
    project,
    stack,
    region,
    resources: placed.map((resource) => {
      const { type, name, within, protect, retainOnDelete } = resource
      const inputs = shownInputs(resource)
      return { type, name, within, protect, retainOnDelete, facts: factsOf(type, inputs), inputs }
    }),
    permissions: bySubject(permissions(placed, named), isFunction),
    triggers: triggersOf(placed, named),
    alarms: alarmsOf(placed, named),
    outputs: Object.keys(outputs).sort(),
    cost: costOf(placed, named)
  }
}
