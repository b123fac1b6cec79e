import { stripVTControlCharacters } from "node:util"
import type { ProgramFailed } from "../engine/PulumiProgram.ts"

/**
 * What a program failed of, in one line. A sentence of its own is that already; an unexpected error comes with its
 * stack, its colours and Node's rendering of it, once for each resource that waited for it.
 */
export const whyFailed = ({ message }: ProgramFailed): string => {
  const lines = stripVTControlCharacters(message).split("\n")
  const [first = "", ...others] = lines
  const told = first.startsWith("Running program") ? others : lines
  const stack = told.findIndex((line) => /^\s+at /.test(line))
  return (stack === -1 ? told : told.slice(0, stack))
    .join(" ")
    .replace(/^(<ref \*\d+> )?(Error: )?/, "")
    .trim()
}
