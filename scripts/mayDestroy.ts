import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { readStackFile } from "../engine/stackFile.ts"

/** Why `npm run destroy` with these arguments does not start the CLI, in one sentence. */
const refusal = async (args: ReadonlyArray<string>): Promise<string | undefined> => {
  const { values } = parseArgs({
    args: [...args],
    options: { stack: { type: "string", short: "s" }, "skip-preview": { type: "boolean", short: "f" } },
    strict: false
  })
  const { stack } = values
  if (typeof stack !== "string") return "Name the stack: npm run destroy -- --stack dev."
  if (values["skip-preview"] === true) {
    return "Leave out --skip-preview: without a preview, Pulumi deletes resources before it reaches a protected one."
  }
  const { project, config } = await readStackFile(fileURLToPath(new URL("..", import.meta.url)), stack)
  if (config[`${project}:protectData`] === "false") return undefined
  return `The stack ${stack} is protected (protectData in Pulumi.${stack}.yaml), so nothing was deleted: "Take a stack down" in docs/deploy.md describes how to remove it.`
}

const reason = await refusal(process.argv.slice(2)).catch((cause: Error) => cause.message)
if (reason !== undefined) {
  console.error(reason)
  process.exitCode = 1
}
