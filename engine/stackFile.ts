import { readFile } from "node:fs/promises"
import { join } from "node:path"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { parse } from "yaml"
import { CannotRun } from "../cli/CommandErrors.ts"

const Project = Schema.Struct({ name: Schema.NonEmptyString })
const Ciphertext = Schema.Struct({ secure: Schema.String })
const StackFile = Schema.Struct({ config: Schema.Record(Schema.String, Schema.Unknown) })

/** A stack's configuration as `pulumi` would hand it to the program, but for the secrets. */
export interface StackSettings {
  readonly project: string
  readonly name: string
  readonly config: Readonly<Record<string, string>>
}

const yamlOf = (path: string, text: string): unknown => {
  try {
    return parse(text)
  } catch (cause) {
    const [said] = (cause instanceof Error ? cause.message : String(cause)).split("\n")
    throw new CannotRun({ message: `${path} is not YAML: ${said?.replace(/:$/, ".")}` })
  }
}

const read = async <A>(path: string, schema: Schema.Codec<A, unknown>, form: string): Promise<A> => {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new CannotRun({
      message: `${path} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`
    })
  })
  return Option.getOrThrowWith(
    Schema.decodeUnknownOption(schema)(yamlOf(path, text)),
    () => new CannotRun({ message: `${path} is not ${form}.` })
  )
}

const isCiphertext = Schema.is(Ciphertext)

/**
 * Reads `Pulumi.yaml` and the stack's file. What is encrypted there (a value with `secure:`, the `encryptionsalt`) is
 * left out: nothing here can or should decrypt it.
 */
export const readStackFile = async (root: string, name: string): Promise<StackSettings> => {
  const project = await read(join(root, "Pulumi.yaml"), Project, "a Pulumi project with a name")
  const file = await read(join(root, `Pulumi.${name}.yaml`), StackFile, "a Pulumi stack file with a config")
  const config = Object.entries(file.config)
    .filter(([, value]) => !isCiphertext(value))
    .map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)])
  return { project: project.name, name, config: Object.fromEntries(config) }
}
