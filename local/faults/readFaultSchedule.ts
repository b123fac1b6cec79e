import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import { CannotRun } from "../../cli/CommandErrors.ts"
import { readingSignal, readPath, reasonOf } from "../boundedInput.ts"
import { FaultSchedule } from "./FaultSchedule.ts"

const decode = Schema.decodeUnknownResult(FaultSchedule, { onExcessProperty: "error" })
const toIssues = SchemaIssue.makeFormatterStandardSchemaV1()

type Path = ReadonlyArray<PropertyKey | { readonly key: PropertyKey }>

/** `["faults", 0, "what", "kind"]` as "fault 1, what.kind": faults are numbered from 1 in messages. */
const formatPath = (path: Path): string => {
  const keys = path.map((part) => (typeof part === "object" ? part.key : part))
  const [first, position, ...rest] = keys
  if (first !== "faults" || typeof position !== "number") return keys.join(".")
  return [`fault ${position + 1}`, rest.map(String).join(".")].filter((part) => part !== "").join(", ")
}

/** Describes a union by the field in which its members differ: `"kind" to be "quota" | "custom"`. */
const formatMessage = (message: string): string => {
  const members = [...message.matchAll(/\{ readonly "(\w+)": ("\w+"), \.\.\. \}/g)]
  if (members.length > 0) {
    return `expected "${members[0]?.[1]}" to be ${members.map(([, , value]) => value).join(" | ")}`
  }
  return message
    .replace(/^Expected no excess property$/, "there is no such key")
    .replace(/^[EM]/, (capital) => capital.toLowerCase())
}

const formatError = ({ issue }: Schema.SchemaError): string => {
  const [first] = toIssues(issue).issues
  const parts = [formatPath(first?.path ?? []), formatMessage(first?.message ?? "unreadable")]
  return parts.filter((part) => part !== "").join(": ")
}

/** Throws an Error whose message names the position of the first mistake. */
export const parseFaultSchedule = (text: string): FaultSchedule => {
  const schedule = decode(JSON.parse(text))
  if (Result.isFailure(schedule)) throw new Error(formatError(schedule.failure))
  return schedule.success
}

/** The samples have some hundred. */
const maxBytes = 1_000_000

/** Throws CannotRun, with one sentence for the author of the file. */
export const readFaultSchedule = async (
  file: string,
  interruption: AbortSignal = new AbortController().signal
): Promise<FaultSchedule> => {
  try {
    return parseFaultSchedule(String(await readPath(file, maxBytes, readingSignal(interruption))))
  } catch (cause) {
    throw new CannotRun({ message: `--faults ${file} cannot be used: ${reasonOf(cause)}.` })
  }
}
