import * as Record from "effect/Record"
import { type PulumiProgram, runProgram } from "../engine/PulumiProgram.ts"
import type { CreatedResource, CreateResource, ResourceDeclaration } from "../engine/resourceMonitor.ts"
import { readStackFile } from "../engine/stackFile.ts"

/** A stack as its program declares it; no resource is created. */
export interface Declared extends PulumiProgram {
  readonly project: string
  readonly stack: string
  readonly region: string
}

export interface DeclareOptions {
  /** The folder of Pulumi.yaml. */
  readonly root: string
  readonly stack: string
  /** Settings that replace those of the stack's file, by their short names; undefined removes a setting. */
  readonly config?: Readonly<Record<string, string | undefined>>
  /** The outputs of each resource; `placeholderOutputs` if left out. */
  readonly createResource?: CreateResource
  readonly signal?: AbortSignal
}

/** Runs the program with the settings of the stack's file. Its secrets stay encrypted; the OMDb key is a placeholder. */
export const declareStack = async (options: DeclareOptions): Promise<Declared> => {
  const { root, stack, signal = new AbortController().signal } = options
  const { project, config: ofFile } = await readStackFile(root, stack)
  const region = ofFile["aws:region"] ?? "<region>"
  const outputsOf = placeholderOutputs(region)
  const settings = Object.entries({ omdbApiKey: "placeholder", ...options.config })
  const own = Object.fromEntries(settings.map(([key, value]) => [`${project}:${key}`, value]))
  const program = await runProgram({
    root,
    project,
    stack,
    config: Record.filter({ ...ofFile, ...own }, (value) => value !== undefined),
    secretKeys: [`${project}:omdbApiKey`],
    createResource: options.createResource ?? (async (declaration) => outputsOf(declaration)),
    signal
  })
  return { project, stack, region, ...program }
}

/** `queue` for `aws:sqs/queue:Queue`. */
export const shortType = (type: string): string => type.split(/[:/]/)[2] ?? type

/**
 * Creates nothing, and gives each resource outputs that name it, such as `<url of queue movies>`. They are the same for
 * the same program. The program receives undefined for any other output.
 */
export const placeholderOutputs =
  (region: string) =>
  (declaration: ResourceDeclaration): CreatedResource => {
    const { type, name, inputs } = declaration
    const id = `<${shortType(type)} ${name}>`
    return {
      id,
      outputs: {
        arn: arnOf(declaration, region, id),
        name: inputs["name"] ?? id,
        bucket: id,
        url: `<url of ${shortType(type)} ${name}>`
      }
    }
  }

/** Service, region and account have their usual positions, because programs split an ARN at its colons. */
const arnOf = ({ type }: ResourceDeclaration, region: string, id: string): string => {
  const [, service = ""] = type.split(/[:/]/)
  if (service === "s3") return `arn:aws:s3:::${id}`
  return `arn:aws:${service}:${service === "iam" ? "" : region}:<account>:${id}`
}
