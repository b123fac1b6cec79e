import { mkdtempSync, readdirSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { CannotRun } from "./CommandErrors.ts"
import { isRunning, processIdentity } from "./processIdentity.ts"

/** A new folder of this process. Removes those that killed processes have left. */
export const makeTemporaryFolder = (purpose: "lambda" | "plan"): string => {
  const parent = tmpdir()
  try {
    for (const name of readdirSync(parent)) {
      const [, owner] = /^imdb-etl-[a-z]+-([\d.]+)-/.exec(name) ?? []
      if (owner !== undefined && !isRunning(owner)) removeIfPermitted(join(parent, name))
    }
    return mkdtempSync(join(parent, `imdb-etl-${purpose}-${processIdentity(process.pid)}-`))
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new CannotRun({ message: `The temporary folder cannot be used: ${reason}. Set TMPDIR to another folder.` })
  }
}

const removeIfPermitted = (folder: string) => {
  try {
    rmSync(folder, { recursive: true, force: true })
  } catch {
    // It belongs to another user.
  }
}
