import type { RegisteredResource } from "../../engine/resourceMonitor.ts"
import { declareStack } from "../../plan/declareStack.ts"

export const canary = "canary-4f1d9e-never-to-be-seen"

/** Runs index.ts as `pulumi up` would, and makes nothing. */
export const declaredProgram = (
  stack: "dev" | "prod" = "dev",
  override: Readonly<Record<string, string | undefined>> = {}
) =>
  declareStack({
    root: new URL("../..", import.meta.url).pathname,
    stack,
    config: { omdbApiKey: canary, ...override }
  })

/** Looks into declared resources by type and name. */
export const looking = (resources: ReadonlyArray<RegisteredResource>) => {
  const of = (type: string) => resources.filter((resource) => resource.type === type)
  const one = (type: string, name: string) => {
    const found = of(type).find((resource) => resource.name === name)
    if (found === undefined) throw new Error(`No ${type} "${name}" is declared.`)
    return found
  }
  const nameOfUrn = (urn: string) => urn.split("::").at(-1) ?? ""
  return { of, one, dependenciesOf: (resource: RegisteredResource) => resource.dependencies.map(nameOfUrn) }
}
