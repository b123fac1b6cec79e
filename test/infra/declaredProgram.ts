import { runProgram } from "../../local/engine/Engine.ts"
import type { Declaration, Registered } from "../../local/engine/monitor.ts"
import { readStack } from "../../local/stackFile.ts"

export const canary = "canary-4f1d9e-never-to-be-seen"
const root = new URL("../..", import.meta.url).pathname

/** Every output that any resource here is asked for, recognisable by its resource's type and name. */
const invented = ({ type, name }: Declaration) => {
  const [, , kind = ""] = type.split(/[:/]/)
  return {
    id: `${kind}/${name}`,
    outputs: {
      arn: `arn:aws:${kind}:eu-central-1:123456789012:${name}`,
      name: `${name}-1234567`,
      bucket: `${name}-1234567`,
      url: `https://sqs.test/${name}`
    }
  }
}

/** Runs index.ts as `pulumi up` would, with a registrar that makes nothing. */
export const declaredProgram = async (
  stackName: "dev" | "prod" = "dev",
  override: Readonly<Record<string, string | undefined>> = {}
) => {
  const stack = await readStack(root, stackName)
  const own = Object.entries({ omdbApiKey: canary, ...override }).map(([key, value]) => [
    `${stack.project}:${key}`,
    value
  ])
  const config = Object.entries({ ...stack.config, ...Object.fromEntries(own) }).filter(
    (entry): entry is [string, string] => entry[1] !== undefined
  )
  return runProgram({
    root,
    project: stack.project,
    stack: stackName,
    config: Object.fromEntries(config),
    secretKeys: [`${stack.project}:omdbApiKey`],
    registrar: async (declaration) => invented(declaration),
    signal: new AbortController().signal
  })
}

/** Looks into declared resources by type and name. */
export const looking = (resources: ReadonlyArray<Registered>) => {
  const of = (type: string) => resources.filter((resource) => resource.type === type)
  const one = (type: string, name: string) => {
    const found = of(type).find((resource) => resource.name === name)
    if (found === undefined) throw new Error(`No ${type} "${name}" is declared.`)
    return found
  }
  const nameOfUrn = (urn: string) => urn.split("::").at(-1) ?? ""
  return { of, one, dependenciesOf: (resource: Registered) => resource.dependencies.map(nameOfUrn) }
}
