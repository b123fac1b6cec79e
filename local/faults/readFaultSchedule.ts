import { readFile } from "node:fs/promises"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import { CannotRun } from "../../cli/CommandErrors.ts"
import { FaultSchedule } from "./FaultSchedule.ts"

const decode = Schema.decodeUnknownResult(FaultSchedule, { onExcessProperty: "error" })
const toIssues = SchemaIssue.makeFormatterStandardSchemaV1()

type Path = ReadonlyArray<PropertyKey | { readonly key: PropertyKey }>

/** `["faults", 0, "what", "kind"]` as "fault 1, what.kind", which is also how the faults are counted after a run. */
const placeOf = (path: Path): string => {
  const keys = path.map((part) => (typeof part === "object" ? part.key : part))
  const [first, position, ...rest] = keys
  if (first !== "faults" || typeof position !== "number") return keys.join(".")
  return [`fault ${position + 1}`, rest.map(String).join(".")].filter((part) => part !== "").join(", ")
}

/** A union is told by the field its members differ in: `"kind" to be "quota" | "hang"`. */
const wordsOf = (message: string): string => {
  const members = [...message.matchAll(/\{ readonly "(\w+)": ("\w+"), \.\.\. \}/g)]
  const words =
    members.length > 0
      ? `expected "${members[0]?.[1]}" to be ${members.map(([, , value]) => value).join(" | ")}`
      : message
          .replace(/^Expected no excess property$/, "there is no such key")
          .replace(/^[EM]/, (letter) => letter.toLowerCase())
  return words
}

const whyUnusable = ({ issue }: Schema.SchemaError): string => {
  const [first] = toIssues(issue).issues
  return [placeOf(first?.path ?? []), wordsOf(first?.message ?? "unreadable")].filter((part) => part !== "").join(": ")
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new Error(`it is not JSON (${cause instanceof Error ? cause.message : cause})`)
  }
}

/** Throws an Error whose message is a clause that names the place. */
export const parseFaultSchedule = (text: string): FaultSchedule => {
  const scenario = decode(parsed(text))
  if (Result.isFailure(scenario)) throw new Error(whyUnusable(scenario.failure))
  return scenario.success
}

/** The scenario in a file; throws CannotRun with one sentence for whoever wrote it. */
export const readFaultSchedule = async (file: string): Promise<FaultSchedule> => {
  try {
    return parseFaultSchedule(await readFile(file, "utf8"))
  } catch (cause) {
    throw new CannotRun({
      message: `--faults ${file} cannot be used: ${cause instanceof Error ? cause.message : cause}.`
    })
  }
}
