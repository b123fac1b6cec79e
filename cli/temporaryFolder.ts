import { mkdtempSync, readdirSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { CannotRun } from "./CommandErrors.ts"

/** Whether there is a process with this id. */
export const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch (cause) {
    // EPERM: it belongs to another user.
    return cause instanceof Error && "code" in cause && cause.code === "EPERM"
  }
}

/** A new folder of this process. Removes those that killed processes have left. */
export const makeTemporaryFolder = (purpose: "lambda" | "plan"): string => {
  const parent = tmpdir()
  try {
    for (const name of readdirSync(parent)) {
      const [, pid] = /^imdb-etl-[a-z]+-(\d+)-/.exec(name) ?? []
      if (pid !== undefined && !isAlive(Number(pid))) rmSync(join(parent, name), { recursive: true, force: true })
    }
    return mkdtempSync(join(parent, `imdb-etl-${purpose}-${process.pid}-`))
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new CannotRun({ message: `The temporary folder cannot be used: ${reason}. Set TMPDIR to another folder.` })
  }
}
