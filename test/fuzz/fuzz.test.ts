import { execFile } from "node:child_process"
import { promisify } from "node:util"
import { assert, it } from "@effect/vitest"

const root = new URL("../..", import.meta.url).pathname

// In a process of its own, which is ended: neither a loop without an end nor memory without a limit can be caught inside.
it("ends for every changed input with an outcome or a typed failure, in 100 seconds and a heap of 200 MB", async () => {
  const options = { cwd: root, env: { ...process.env, FUZZ: "1" }, timeout: 100_000, killSignal: "SIGKILL" } as const
  const run = promisify(execFile)(process.execPath, ["node_modules/vitest/vitest.mjs", "run"], options)
  const { stdout } = await run.catch(({ stdout, stderr }) => assert.fail(`${stdout}\n${stderr}`))
  assert.match(stdout, /11 passed/)
}, 120_000)
