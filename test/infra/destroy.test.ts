import { spawnSync } from "node:child_process"
import { writeFile } from "node:fs/promises"
import { delimiter, join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { temporaryDirectory } from "../support/temporaryDirectory.ts"

const root = new URL("../..", import.meta.url).pathname

/** Runs `npm run destroy` with a `pulumi` that prints its arguments. */
const destroy = async (...args: ReadonlyArray<string>) => {
  const folder = await temporaryDirectory()
  await writeFile(join(folder, "pulumi"), '#!/bin/sh\necho "pulumi $*"\n', { mode: 0o755 })
  const PATH = `${folder}${delimiter}${process.env["PATH"]}`
  const { status, stdout, stderr } = spawnSync("sh", [join(root, "scripts/destroy"), ...args], {
    encoding: "utf8",
    env: { ...process.env, PATH }
  })
  return { status, stdout, stderr }
}

describe("npm run destroy", () => {
  it("passes a stack without protection to the CLI", async () => {
    assert.deepStrictEqual(await destroy("--stack", "dev", "--yes"), {
      status: 0,
      stdout: "pulumi destroy --stack dev --yes\n",
      stderr: ""
    })
  })

  it.each([
    [["--stack", "prod"], /^The stack prod is protected/],
    [["--yes", "-s", "prod"], /^The stack prod is protected/],
    [["--stack=nowhere"], /Pulumi\.nowhere\.yaml cannot be read/],
    [["--yes"], /^Name the stack: npm run destroy -- --stack dev\.$/],
    [["--stack", "dev", "--yes", "-f"], /^Leave out --skip-preview/],
    [["--stack", "dev", "--skip-preview"], /^Leave out --skip-preview/]
  ])("refuses %j in one sentence, and does not start the CLI", async (args, sentence) => {
    const { status, stdout, stderr } = await destroy(...args)
    assert.deepStrictEqual([status, stdout], [1, ""])
    assert.match(stderr.trimEnd(), sentence)
    assert.notInclude(stderr.trimEnd(), "\n")
  })
})
