import { mkdirSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { pathToFileURL } from "node:url"

export interface FunctionDefinition {
  readonly name: string
  readonly arn: string
  readonly roleArn: string
  /** The deployment package: path inside it to bytes. */
  readonly code: ReadonlyMap<string, Uint8Array>
  /** `module.export`, such as `index.handler` for `index.mjs`. */
  readonly handler: string
  readonly timeoutSeconds: number
  readonly memoryMb: number
  readonly environment: Readonly<Record<string, string>>
  readonly logGroupName: string
}

/** Writes a function's deployment package to a folder and returns the address of the handler's module. */
export const writePackage = (definition: FunctionDefinition, directory: string): string => {
  for (const [path, bytes] of definition.code) {
    const file = join(directory, path)
    try {
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, bytes)
    } catch (cause) {
      // The reason of a full disk does not name the path.
      const reason = cause instanceof Error ? cause.message : String(cause)
      const message = `The functions cannot be written to ${dirname(directory)}: ${reason}.`
      throw new Error(`${message} Free space there or set TMPDIR to another folder.`)
    }
  }
  return pathToFileURL(join(directory, handlerModule(definition))).href
}

const handlerModule = ({ name, handler, code }: FunctionDefinition) => {
  const stem = handler.slice(0, handler.lastIndexOf("."))
  if (!code.has(`${stem}.mjs`))
    throw new Error(`Function ${name}: its code has no ${stem}.mjs for the handler ${handler}`)
  return `${stem}.mjs`
}
