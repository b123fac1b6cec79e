import { type PulumiProgram, runProgram } from "../engine/PulumiProgram.ts"
import type { CreateResource, ResourceDeclaration } from "../engine/resourceMonitor.ts"
import { readStackFile } from "../engine/stackFile.ts"

/** `queue` of `aws:sqs/queue:Queue`. */
export const shortType = (type: string): string => type.split(/[:/]/)[2] ?? type

const serviceOf = (type: string): string => type.split(/[:/]/)[1] ?? ""

/** What comes before the resource in an ARN; the parts stay where programs look for them when they take one apart. */
const home = (type: string, region: string): string => {
  const service = serviceOf(type)
  if (service === "s3") return "arn:aws:s3::"
  return `arn:aws:${service}:${service === "iam" ? "" : region}:<account>`
}

const outputsOf = (region: string, { type, name, inputs }: ResourceDeclaration) => {
  const itself = `<${shortType(type)} ${name}>`
  return {
    id: itself,
    outputs: {
      arn: `${home(type, region)}:${itself}`,
      name: inputs["name"] ?? itself,
      bucket: itself,
      url: `<url of ${shortType(type)} ${name}>`
    }
  }
}

/**
 * Makes nothing and answers with outputs that name the resource they stand for, such as `<url of queue movies>`: the
 * same for the same program. An output beyond these reaches the program as undefined.
 */
export const inventOutputs =
  (region: string): CreateResource =>
  async (declaration) =>
    outputsOf(region, declaration)

/** A stack as its program declares it, with nothing made. */
export interface Declared extends PulumiProgram {
  readonly project: string
  readonly stack: string
  readonly region: string
}

export interface DeclareOptions {
  /** Where Pulumi.yaml lies. */
  readonly root: string
  readonly stack: string
  /** Configuration over what the stack's file says, by its short name; undefined takes a key away. */
  readonly config?: Readonly<Record<string, string | undefined>>
  /** What resources tell of themselves; outputs that are seen to be invented if left out. */
  readonly registrar?: CreateResource
  readonly signal?: AbortSignal
}

/** Runs the program on the stack's file. Its secrets stay encrypted: a placeholder takes the place of the OMDb key. */
export const declareStack = async ({
  root,
  stack: name,
  config,
  registrar,
  signal
}: DeclareOptions): Promise<Declared> => {
  const { project, config: ofFile } = await readStackFile(root, name)
  const own = Object.entries({ omdbApiKey: "placeholder", ...config }).map(([key, value]) => [
    `${project}:${key}`,
    value
  ])
  const all = Object.entries<string | undefined>({ ...ofFile, ...Object.fromEntries(own) })
  const region = ofFile["aws:region"] ?? "<region>"
  const program = await runProgram({
    root,
    project,
    stack: name,
    config: Object.fromEntries(all.filter((entry): entry is [string, string] => entry[1] !== undefined)),
    secretKeys: [`${project}:omdbApiKey`],
    createResource: registrar ?? inventOutputs(region),
    signal: signal ?? new AbortController().signal
  })
  return { project, stack: name, region, ...program }
}
