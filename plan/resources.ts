import type { RegisteredResource } from "../engine/resourceMonitor.ts"
import { shortType } from "./declareStack.ts"

/** A resource's name in a sentence: `the queue movies`, and a function's name alone. */
export const resourceName = ({ type, name }: Pick<RegisteredResource, "type" | "name">): string =>
  shortType(type) === "function" ? name : `the ${shortType(type)} ${name}`

/** `a, b and c` */
export const joinWords = (items: ReadonlyArray<string>): string =>
  items.length < 2 ? items.join() : `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`

/** Finds a program's resources by their outputs: ids, ARNs, names and URLs. */
export interface ResourceIndex {
  readonly findByOutput: (output: unknown) => RegisteredResource | undefined
  /** The resource whose ARN is the start of `arn`, and the rest of it, such as `/enriched/*`. */
  readonly findByArn: (arn: string) => { readonly resource: RegisteredResource; readonly rest: string } | undefined
  /** The name of the resource with this output; any other value as text. */
  readonly nameOf: (output: unknown) => string
}

export const indexResources = (resources: ReadonlyArray<RegisteredResource>): ResourceIndex => {
  const byOutput = new Map<unknown, RegisteredResource>()
  for (const resource of resources.filter(({ component }) => !component)) {
    for (const output of [resource.id, ...Object.values(resource.outputs)]) byOutput.set(output, resource)
  }
  const findByOutput = (output: unknown) => byOutput.get(output)
  return {
    findByOutput,
    findByArn: (arn) => {
      const end = arn.lastIndexOf(">") + 1
      const resource = findByOutput(arn.slice(0, end))
      return resource && { resource, rest: arn.slice(end) }
    },
    nameOf: (output) => {
      const resource = findByOutput(output)
      return resource === undefined ? String(output) : resourceName(resource)
    }
  }
}

/** A resource and the components around it, outermost first, such as `MoviesBucket movies`. */
export interface PlacedResource extends RegisteredResource {
  readonly within: ReadonlyArray<string>
}

const stackType = "pulumi:pulumi:Stack"

/**
 * The resources component by component. The outermost components keep the order of index.ts, which is the order of the
 * data. Resources inside a component register in no fixed order, so they are sorted: the resource with the component's
 * name, the others by name, then inner components.
 */
export const inDataOrder = (resources: ReadonlyArray<RegisteredResource>): ReadonlyArray<PlacedResource> => {
  const below = (
    parent: RegisteredResource | undefined,
    within: ReadonlyArray<string>
  ): ReadonlyArray<PlacedResource> => {
    const children = resources.filter((each) => each.parent === (parent?.urn ?? "") && each.type !== stackType)
    const components = children.filter(({ component }) => component)
    const own = children.filter(({ component }) => !component)
    if (parent?.type !== stackType) components.sort(byName)
    own.sort((a, b) => Number(b.name === parent?.name) - Number(a.name === parent?.name) || byName(a, b))
    const inner = components.flatMap((each) => below(each, [...within, `${each.type.split(":").at(-1)} ${each.name}`]))
    return [...own.map((each) => ({ ...each, within })), ...inner]
  }
  return below(
    resources.find(({ type }) => type === stackType),
    []
  )
}

const byName = (a: RegisteredResource, b: RegisteredResource) =>
  `${a.name} ${a.type}` < `${b.name} ${b.type}` ? -1 : 1
