import { readFileSync } from "node:fs"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { Properties } from "../engine/Properties.ts"
import { differences } from "../plan/differences.ts"
import { displayInputs, valueWords } from "../plan/displayInputs.ts"

const State = Schema.Struct({
  custom: Schema.Boolean,
  type: Schema.String,
  inputs: Schema.optionalKey(Schema.Record(Schema.String, Schema.Json))
})
type State = typeof State.Type

/** What `pulumi preview --json` prints. Secrets are `[secret]` in it, and the code is a hash. */
const Preview = Schema.Struct({
  steps: Schema.Array(
    Schema.Struct({
      op: Schema.String,
      urn: Schema.String,
      oldState: Schema.optionalKey(State),
      newState: Schema.optionalKey(State)
    })
  ),
  changeSummary: Schema.optionalKey(Schema.Record(Schema.String, Schema.Int)),
  diagnostics: Schema.optionalKey(Schema.Array(Schema.Struct({ severity: Schema.String, message: Schema.String })))
})

const signs: Readonly<Record<string, string>> = { create: "+", delete: "-", update: "~", replace: "+-" }
const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"

/** The page for a pull request: the sums, what went wrong, then each changed resource with its changed inputs. */
export const previewPage = (stack: string, output: string, errors: string): string => {
  const json = output.slice(Math.max(0, output.indexOf("{")))
  const preview = Option.getOrUndefined(Schema.decodeUnknownOption(Schema.fromJsonString(Preview))(json))
  const { steps = [], changeSummary = {}, diagnostics = [] } = preview ?? {}
  const failed = preview === undefined || diagnostics.some(({ severity }) => severity === "error")
  const sums = Object.entries(changeSummary)
    .sort(([a], [b]) => Number(a === "same") - Number(b === "same"))
    .map(([op, count]) => (op === "same" ? `  ${count} unchanged` : `${signs[op] ?? op} ${count} to ${op}`))
  const problems = [...diagnostics.map(({ message }) => message), errors, preview === undefined ? output : ""]
    .map((text) => text.trim())
    .filter((text) => text !== "")
  const changes = steps
    .flatMap(({ op, urn, oldState, newState }) => {
      const state = newState ?? oldState
      if (state?.custom !== true || signs[op] === undefined) return []
      const inputs = op === "create" || op === "delete" ? [] : changedInputs(oldState, newState)
      return [{ title: `${state.type} ${urn.split("::").at(-1)}`, sign: signs[op], inputs }]
    })
    .sort((a, b) => (a.title < b.title ? -1 : 1))
    .flatMap(({ title, sign, inputs }) => [`${sign} ${title}`, ...inputs.map((line) => `    ${line}`)])
  const blocks = [sums, problems, changes].filter((lines) => lines.length > 0).map(fenced)
  const heading = `### pulumi preview, stack ${stack}${failed ? ": failed" : ""}`
  return [`<!-- imdb-serverless-etl preview of ${stack} -->`, heading, "", ...blocks].join("\n")
}

const changedInputs = (before: State | undefined, after: State | undefined) => {
  const [old, now] = [before, after].map((state) =>
    // Values of the CLI's JSON are of the form that the engine decodes.
    displayInputs({ inputs: (state?.inputs ?? {}) as Properties, secrets: new Set() })
  )
  return differences("", old, now).map(({ path, before, after }) => `${path}: ${words(before)} → ${words(after)}`)
}

const words = (value: Parameters<typeof valueWords>[0]) => {
  const text = valueWords(value).replaceAll(unknown, "(known after the update)")
  return text.length <= 300 ? text : `${text.slice(0, 300)}… (${text.length} characters)`
}

const fenced = (lines: ReadonlyArray<string>) =>
  `~~~~~~~~diff\n${lines.join("\n").replaceAll("~~~~~~~~", "")}\n~~~~~~~~`

if (import.meta.main) {
  const [stack = "", output = "", errors = ""] = process.argv.slice(2)
  console.log(previewPage(stack, readFileSync(output, "utf8"), readFileSync(errors, "utf8")))
}
