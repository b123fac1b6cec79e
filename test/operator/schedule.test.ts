import { readFile, writeFile } from "node:fs/promises"
import { delimiter, join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { onTestFinished, vi } from "vitest"
import { scheduleTarget } from "../../operator/schedule/command.ts"
import { temporaryDirectory } from "../support/temporaryDirectory.ts"
import { etl } from "./OperatedStack.ts"

/** Runs a command with a `pulumi` that records its arguments, prints a line and fails at the subcommand `failing`. */
const run = async (args: ReadonlyArray<string>, failing = "none") => {
  const folder = await temporaryDirectory()
  const calls = join(folder, "calls")
  const script = `#!/bin/sh\necho "$*" >> '${calls}'\necho "the output of $1"\n[ "$1" != ${failing} ] || exit 255\n`
  await writeFile(join(folder, "pulumi"), script, { mode: 0o755 })
  await writeFile(calls, "")
  onTestFinished(() => void vi.unstubAllEnvs())
  vi.stubEnv("PATH", `${folder}${delimiter}${process.env["PATH"]}`)
  const result = await etl(args)
  return { ...result, calls: (await readFile(calls, "utf8")).trim().split("\n") }
}

describe("npm run etl -- pause and resume", () => {
  it.each([
    ["pause", true],
    ["resume", false]
  ])("%s sets schedulePaused of the stack and deploys the schedule alone", async (command, schedulePaused) => {
    const { calls, code, stdout, stderr } = await run([command, "--stack", "dev", "--json"])
    assert.deepStrictEqual(calls, [
      `config set schedulePaused ${schedulePaused} --stack dev`,
      `up --yes --skip-preview --stack dev --target ${scheduleTarget}`
    ])
    assert.deepStrictEqual([code, JSON.parse(stdout)], [0, { stack: "stack dev", schedulePaused }])
    assert.strictEqual(stderr, "the output of config\nthe output of up")
  })

  it("names the stack file to commit", async () => {
    const { stdout } = await run(["pause", "--stack", "dev"])
    assert.match(stdout, /^The schedule of stack dev is paused\.\nCommit Pulumi\.dev\.yaml: [^\n]+ would resume it\.$/)
  })

  it("stops with the failed pulumi command", async () => {
    const { calls, code, stdout, stderr } = await run(["pause", "--stack", "dev"], "config")
    assert.deepStrictEqual([calls.length, code, stdout], [1, 1, ""])
    assert.match(stderr, /^the output of config\npulumi config set .* ended with exit code 255: [^\n]+$/)
  })

  it.each([[["--local"]], [[]]])("refuses %j in one sentence", async (flags) => {
    const { calls, code, stderr } = await run(["pause", ...flags])
    assert.deepStrictEqual([calls, code], [[""], 1])
    assert.match(stderr, /^Name a deployed stack with --stack NAME: [^\n]+$/)
  })
})
