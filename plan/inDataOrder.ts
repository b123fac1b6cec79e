import type { Registered } from "../engine/monitor.ts"

/** A resource and the components around it, outermost first, such as `WorkQueue movies`. */
export interface Placed extends Registered {
  readonly within: ReadonlyArray<string>
}

const byName = (a: Registered, b: Registered) => (`${a.name} ${a.type}` < `${b.name} ${b.type}` ? -1 : 1)

/**
 * The resources component by component. The outer components arrive in the order in which index.ts makes them, which is
 * that of the data; what is inside arrives as its inputs come to be known, and so is put in an order of its own: what has
 * the component's name, then the others by name, then inner components.
 */
export const inDataOrder = (resources: ReadonlyArray<Registered>): ReadonlyArray<Placed> => {
  const below = (parent: Registered | undefined, within: ReadonlyArray<string>): ReadonlyArray<Placed> => {
    const children = resources.filter((each) => each.parent === (parent?.urn ?? "") && each.type !== stackType)
    const own = children.filter(({ component }) => !component).sort(byName)
    const components = children.filter(({ component }) => component)
    const inner = (parent?.type === stackType ? components : components.sort(byName)).flatMap((each) =>
      below(each, [...within, `${each.type.split(":").at(-1)} ${each.name}`])
    )
    const main = own.filter(({ name }) => name === parent?.name)
    const others = own.filter((each) => !main.includes(each))
    return [...[...main, ...others].map((each) => ({ ...each, within })), ...inner]
  }
  return below(
    resources.find(({ type }) => type === stackType),
    []
  )
}

const stackType = "pulumi:pulumi:Stack"
