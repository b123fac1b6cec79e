import { existsSync, mkdirSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { onTestFinished, vi } from "vitest"
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
    const pidLimit = 4_194_304
    const left = join(parent, `imdb-etl-lambda-${pidLimit + 1}-abc`)
    const others = ["imdb-etl-test-abc", "other", `imdb-etl-plan-${process.pid}-abc`].map((name) => join(parent, name))
    for (const folder of [left, ...others]) mkdirSync(join(folder, "content"), { recursive: true })
    const made = makeTemporaryFolder("lambda")
    assert.isFalse(existsSync(left))
    for (const folder of [made, ...others]) assert.isTrue(existsSync(folder), folder)
  })

  it("fails with one sentence without a folder for temporary files", () => {
    useTmpdir("/nowhere")
    assert.throws(
      () => makeTemporaryFolder("plan"),
      /^The temporary folder cannot be used: ENOENT[^\n]+TMPDIR to another/
    )
  })
})
