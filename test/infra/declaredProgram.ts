import type { RegisteredResource } from "../../engine/resourceMonitor.ts"
import { type Declared, declareStack } from "../../plan/declareStack.ts"

export const canary = "canary-4f1d9e-never-to-be-seen"

type Override = Readonly<Record<string, string | undefined>>

/** Runs index.ts as `pulumi up` would, without creating anything. */
export const declareProgram = (stack: "dev" | "prod" = "dev", override: Override = {}) =>
  declareStack({ root: new URL("../..", import.meta.url).pathname, stack, config: { omdbApiKey: canary, ...override } })

const declared = new Map<string, Promise<Declared>>()

/** The same, run once per worker for each stack and configuration. */
export const declaredProgram = (stack: "dev" | "prod" = "dev", override: Override = {}): Promise<Declared> => {
  const id = JSON.stringify([stack, override])
  const program = declared.get(id) ?? declareProgram(stack, override)
  declared.set(id, program)
  return program
}

/** Finds declared resources by type and logical name. */
export const resourceQueries = (resources: ReadonlyArray<RegisteredResource>) => {
  const ofType = (type: string) => resources.filter((resource) => resource.type === type)
  const one = (type: string, name: string) => {
    const found = ofType(type).find((resource) => resource.name === name)
    if (found === undefined) throw new Error(`No ${type} "${name}" is declared.`)
    return found
  }
  const nameOfUrn = (urn: string) => urn.split("::").at(-1) ?? ""
  return { ofType, one, dependenciesOf: (resource: RegisteredResource) => resource.dependencies.map(nameOfUrn) }
}
