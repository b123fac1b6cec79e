import type { RegisteredResource } from "../../engine/resourceMonitor.ts"
import { type Declared, declareStack } from "../../plan/declareStack.ts"

export const canary = "canary-4f1d9e-never-to-be-seen"

const declared = new Map<string, Promise<Declared>>()

/** Runs index.ts as `pulumi up` would, without creating anything, once per worker for each stack and configuration. */
export const declaredProgram = (
  stack: "dev" | "prod" = "dev",
  override: Readonly<Record<string, string | undefined>> = {}
): Promise<Declared> => {
  const root = new URL("../..", import.meta.url).pathname
  const id = JSON.stringify([stack, override])
  const program = declared.get(id) ?? declareStack({ root, stack, config: { omdbApiKey: canary, ...override } })
  declared.set(id, program)
  return program
}

/** Runs a week apart, a schedule that is paused, and no budget: settings whose effects do not touch each other. */
export const sparseSettings = { schedule: "rate(7 days)", schedulePaused: "true", monthlyBudgetUsd: "0" }

/** Finds declared resources by type and logical name. */
export const resourceQueries = (resources: ReadonlyArray<RegisteredResource>) => {
  const of = (types: RegExp) => resources.filter(({ type }) => types.test(type))
  const ofType = (type: string) => resources.filter((resource) => resource.type === type)
  const find = (title: string, is: (resource: RegisteredResource) => boolean) => {
    const found = resources.find(is)
    if (found === undefined) throw new Error(`No ${title} is declared.`)
    return found
  }
  const one = (type: string, name: string) =>
    find(`${type} "${name}"`, (resource) => resource.type === type && resource.name === name)
  const withOutput = (output: string, value: unknown) =>
    find(`resource with the ${output} ${value}`, ({ outputs }) => outputs[output] === value)
  const nameOfUrn = (urn: string) => urn.split("::").at(-1) ?? ""
  return {
    of,
    ofType,
    one,
    withOutput,
    dependenciesOf: (resource: RegisteredResource) => resource.dependencies.map(nameOfUrn)
  }
}
