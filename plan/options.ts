import { CannotRun } from "../cli/CommandErrors.ts"
import { commandLine } from "../cli/commandLine.ts"

/** The options of `npm run plan`. */
export interface Options {
  readonly stack: string
  /** A revision to compare with. */
  readonly base?: string
  readonly form: "text" | "json" | "markdown"
  readonly help: boolean
}

export const usage = `npm run plan -- [options]: what the stack would have, computed offline with no credentials

  --stack NAME   whose config: dev (the default), prod, or another with a Pulumi.NAME.yaml
  --base REV     what this checkout adds, removes and changes since a revision, such as main
  --json         one JSON document on stdout (npm run --silent plan -- --json)
  --markdown     a page for a comment on a pull request
  --help         this page

Exit code 0: said. 1: could not run.`

const known = {
  stack: { type: "string", default: "dev" },
  base: { type: "string" },
  json: { type: "boolean", default: false },
  markdown: { type: "boolean", default: false },
  help: { type: "boolean", default: false }
} as const

/** Options from the command line; throws CannotRun with one sentence for whoever typed them. */
export const readOptions = (args: ReadonlyArray<string>): Options => {
  const { stack, base, json, markdown, help } = commandLine(args, known, "npm run plan")
  if (json && markdown)
    throw new CannotRun({ message: "--json and --markdown are two forms of one answer: give one of them." })
  if (!/^[\w.-]+$/.test(stack)) {
    throw new CannotRun({ message: `--stack is "${stack}", but it must be a stack's name, such as dev or prod.` })
  }
  if (base === "") throw new CannotRun({ message: "--base is empty, but it must be a revision, such as main." })
  return {
    stack,
    ...(base === undefined ? {} : { base }),
    form: json ? "json" : markdown ? "markdown" : "text",
    help
  }
}
