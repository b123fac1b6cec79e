import type { RegisteredResource } from "../engine/resourceMonitor.ts"
import { shortType } from "./declareStack.ts"

const form: Readonly<Record<string, (name: string) => string>> = {
  bucket: (name) => `the ${name} bucket`,
  queue: (name) => `the ${name} queue`,
  table: (name) => `the ${name} table`,
  logGroup: (name) => `the log group ${name}`,
  function: (name) => name
}

/** A resource as a sentence names it: `the movies queue`, `the secret omdb-api-key`. */
export const resourceName = ({ type, name }: Pick<RegisteredResource, "type" | "name">): string =>
  form[shortType(type)]?.(name) ?? `the ${shortType(type)} ${name}`

/** A list as a sentence has it: `a, b and c`. */
export const joinWords = (items: ReadonlyArray<string>): string =>
  items.length < 2 ? items.join() : `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`

/** Finds the resources of a program by what they told it: their ARNs, names, ids and addresses. */
export interface ResourceIndex {
  readonly findByOutput: (output: unknown) => RegisteredResource | undefined
  /** The resource whose ARN is the start of this one, and what comes after it, such as `/enriched/*`. */
  readonly findByArn: (arn: string) => { readonly resource: RegisteredResource; readonly rest: string } | undefined
  /** The resource's noun; a text that no resource told stays as it is. */
  readonly nameOf: (output: unknown) => string
}

export const indexResources = (resources: ReadonlyArray<RegisteredResource>): ResourceIndex => {
  const byOutput = new Map<unknown, RegisteredResource>()
  for (const resource of resources.filter(({ component }) => !component)) {
    for (const output of [resource.id, ...Object.values(resource.outputs)]) byOutput.set(output, resource)
  }
  const named = (output: unknown) => byOutput.get(output)
  const within = (arn: string) => {
    const end = arn.lastIndexOf(">") + 1
    const resource = named(arn.slice(0, end))
    return resource === undefined ? undefined : { resource, rest: arn.slice(end) }
  }
  return {
    findByOutput: named,
    findByArn: within,
    nameOf: (output) => {
      const resource = named(output)
      return resource === undefined ? String(output) : resourceName(resource)
    }
  }
}

/** A resource and the components around it, outermost first, such as `WorkQueue movies`. */
export interface PlacedResource extends RegisteredResource {
  readonly within: ReadonlyArray<string>
}

const byName = (a: RegisteredResource, b: RegisteredResource) =>
  `${a.name} ${a.type}` < `${b.name} ${b.type}` ? -1 : 1

/**
 * The resources component by component. The outer components arrive in the order in which index.ts makes them, which is
 * that of the data; what is inside arrives as its inputs come to be known, and so is put in an order of its own: what has
 * the component's name, then the others by name, then inner components.
 */
export const inDataOrder = (resources: ReadonlyArray<RegisteredResource>): ReadonlyArray<PlacedResource> => {
  const below = (
    parent: RegisteredResource | undefined,
    within: ReadonlyArray<string>
  ): ReadonlyArray<PlacedResource> => {
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
