import type { Registered } from "../engine/monitor.ts"
import { kindOf } from "./inventedOutputs.ts"

const form: Readonly<Record<string, (name: string) => string>> = {
  bucket: (name) => `the ${name} bucket`,
  queue: (name) => `the ${name} queue`,
  table: (name) => `the ${name} table`,
  logGroup: (name) => `the log group ${name}`,
  function: (name) => name
}

/** A resource as a sentence names it: `the movies queue`, `the secret omdb-api-key`. */
export const noun = ({ type, name }: Pick<Registered, "type" | "name">): string =>
  form[kindOf(type)]?.(name) ?? `the ${kindOf(type)} ${name}`

/** A list as a sentence has it: `a, b and c`. */
export const listed = (items: ReadonlyArray<string>): string =>
  items.length < 2 ? items.join() : `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`

/** Finds the resources of a program by what they told it: their ARNs, names, ids and addresses. */
export interface Nouns {
  readonly named: (output: unknown) => Registered | undefined
  /** The resource whose ARN is the start of this one, and what comes after it, such as `/enriched/*`. */
  readonly within: (arn: string) => { readonly resource: Registered; readonly rest: string } | undefined
  /** The resource's noun; a text that no resource told stays as it is. */
  readonly nounOf: (output: unknown) => string
}

export const nouns = (resources: ReadonlyArray<Registered>): Nouns => {
  const byOutput = new Map<unknown, Registered>()
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
    named,
    within,
    nounOf: (output) => {
      const resource = named(output)
      return resource === undefined ? String(output) : noun(resource)
    }
  }
}
