import { readFile } from "node:fs/promises"
import { join } from "node:path"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { parse } from "yaml"
import { ProgramFailed } from "./PulumiProgram.ts"

const Project = Schema.Struct({
  name: Schema.NonEmptyString,
  config: Schema.optionalKey(
    Schema.Record(Schema.String, Schema.Struct({ secret: Schema.optionalKey(Schema.Boolean) }))
  )
})
const StackFile = Schema.Struct({ config: Schema.Record(Schema.String, Schema.Unknown) })
const isEncrypted = Schema.is(Schema.Struct({ secure: Schema.String }))

/** A stack's configuration as the `pulumi` command passes it to the program, without the secrets. */
export interface StackSettings {
  readonly project: string
  readonly name: string
  readonly config: Readonly<Record<string, string>>
}

/**
 * Reads `Pulumi.yaml` and the stack's file. Encrypted values (`secure:`) and the `encryptionsalt` are left out: nothing
 * here can or should decrypt them. Throws ProgramFailed, as the CLI refuses a secret in plain text. The types that
 * `Pulumi.yaml` declares are left to the program, which checks more.
 */
export const readStackFile = async (root: string, name: string): Promise<StackSettings> => {
  const project = await read(join(root, "Pulumi.yaml"), Project, "a Pulumi project with a name")
  const file = await read(join(root, `Pulumi.${name}.yaml`), StackFile, "a Pulumi stack file with a config")
  for (const [key, { secret }] of Object.entries(project.config ?? {})) {
    const value = file.config[`${project.name}:${key}`]
    if (secret !== true || value === undefined || isEncrypted(value)) continue
    const command = `pulumi config set --secret ${key} --stack ${name}`
    throw new ProgramFailed(`Pulumi.${name}.yaml has the secret ${key} in plain text. Encrypt it with: ${command}`)
  }
  const config = Object.entries(file.config)
    .filter(([, value]) => !isEncrypted(value))
    .map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)])
  return { project: project.name, name, config: Object.fromEntries(config) }
}

/** A stack file has about 2,000 characters. The time that the YAML parser takes can grow with the square of the length. */
const maxLength = 100_000

const read = async <A>(path: string, schema: Schema.Codec<A, unknown>, expected: string): Promise<A> => {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new ProgramFailed(`${path} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`)
  })
  if (text.length > maxLength) throw new ProgramFailed(`${path} has more than ${maxLength} characters.`)
  return Option.getOrThrowWith(
    Schema.decodeUnknownOption(schema)(parseYaml(path, text)),
    () => new ProgramFailed(`${path} is not ${expected}.`)
  )
}

const parseYaml = (path: string, text: string): unknown => {
  try {
    return parse(text)
  } catch (cause) {
    // The first line ends in ":", before an excerpt of the file.
    const [problem = ""] = (cause instanceof Error ? cause.message : String(cause)).split("\n")
    throw new ProgramFailed(`${path} is not YAML: ${problem.replace(/:$/, ".")}`)
  }
}
