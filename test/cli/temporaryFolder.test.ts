import fs, { existsSync, mkdirSync } from "node:fs"
import { syncBuiltinESMExports } from "node:module"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { onTestFinished, vi } from "vitest"
import { processIdentity } from "../../cli/processIdentity.ts"
import { makeTemporaryFolder } from "../../cli/temporaryFolder.ts"
import { temporaryDirectory } from "../support/temporaryDirectory.ts"

const useTmpdir = (folder: string) => {
  vi.stubEnv("TMPDIR", folder)
  onTestFinished(() => void vi.unstubAllEnvs())
}

describe("makeTemporaryFolder", () => {
  it("removes the folders of processes that have ended, and keeps all others", async () => {
    const parent = await temporaryDirectory()
    useTmpdir(parent)
    const folderOf = (name: string) => join(parent, `imdb-etl-${name}-abc`)
    // Above the limit of ids; an id that is in use again; the id of this process, of an earlier one.
    const left = ["lambda-4194305", `lambda-${process.ppid}.1`, `plan-${process.pid}.1`].map(folderOf)
    const others = ["test", `plan-${process.ppid}`, `plan-${processIdentity(process.pid)}`].map(folderOf)
    for (const folder of [...left, ...others]) mkdirSync(join(folder, "content"), { recursive: true })
    const made = makeTemporaryFolder("lambda")
    for (const folder of left) assert.isFalse(existsSync(folder), folder)
    for (const folder of [made, ...others]) assert.isTrue(existsSync(folder), folder)
  })

  it("makes a folder beside one that cannot be removed", async () => {
    const parent = await temporaryDirectory()
    useTmpdir(parent)
    mkdirSync(join(parent, "imdb-etl-lambda-4194305-abc"))
    const remove = vi.spyOn(fs, "rmSync").mockImplementation(() => {
      throw new Error("EPERM: operation not permitted")
    })
    syncBuiltinESMExports()
    onTestFinished(() => {
      remove.mockRestore()
      syncBuiltinESMExports()
    })
    assert.isTrue(existsSync(makeTemporaryFolder("lambda")))
  })

  it("fails with one sentence without a folder for temporary files", () => {
    useTmpdir("/nowhere")
    assert.throws(
      () => makeTemporaryFolder("plan"),
      /^The temporary folder cannot be used: ENOENT[^\n]+TMPDIR to another/
    )
  })
})
