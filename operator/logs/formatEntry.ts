import { colored, type Style, visible } from "../../cli/visible.ts"
import type { LogEntry } from "./LogEntry.ts"

const colors: Readonly<Record<string, Style>> = { ERROR: "red", WARN: "yellow" }

/** Fields that identify a line and say nothing about the run. */
const hiddenFields = new Set(["messageId", "keys"])

/** One line: time, level, function, movie, message, fields. */
export const formatEntry = ({ at, stage, level, message, imdbId, fields }: LogEntry): string => {
  const shown = Object.entries(fields).filter(([name]) => !hiddenFields.has(name))
  const color = colors[level]
  const words = [level.padEnd(5), stage.padEnd(23), (imdbId ?? "").padEnd(10), message].join(" ")
  const details = shown.map(([name, value]) => ` ${name}=${value}`).join("")
  const parts = [colored("dim", at.slice(11, 23)), color === undefined ? visible(words) : colored(color, words)]
  return [...parts, ...(details === "" ? [] : [colored("dim", details)])].join(" ")
}
