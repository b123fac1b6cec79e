import { type ChildProcess, execFile, spawn } from "node:child_process"
import { once } from "node:events"
import { access, readFile, stat } from "node:fs/promises"
import { setTimeout } from "node:timers/promises"
import { assert, describe, it } from "@effect/vitest"
import { onTestFinished } from "vitest"
import { temporaryDirectory } from "../support/temporaryDirectory.ts"
import { pathWithPulumi } from "./exampleStack.ts"

const root = new URL("../..", import.meta.url).pathname
const port = "45662"
const connectionFile = `${root}.local/dev-${port}.json`

const startDev = async (): Promise<ChildProcess> => {
  const out = await temporaryDirectory()
  const args = ["scripts/pinned-node", "local/dev.ts", "--port", port, "--out", out, "--top", "2"]
  const dev = spawn("sh", args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] })
  onTestFinished(() => void dev.kill("SIGKILL"))
  let output = ""
  for (const stream of [dev.stdout, dev.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => {
      output += text
    })
  }
  while (!output.includes("Ctrl-C")) {
    assert.strictEqual(dev.exitCode, null, output)
    await setTimeout(50)
  }
  return dev
}

/** Runs operator/main.ts in a process of its own, as `npm run etl` does. */
const runEtl = (args: ReadonlyArray<string>, env: Readonly<Record<string, string>> = {}) =>
  new Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }>((resolve) => {
    const options = { cwd: root, env: { ...process.env, ...env } }
    execFile("sh", ["scripts/pinned-node", "operator/main.ts", ...args], options, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === "number" ? error.code : error === null ? 0 : -1, stdout, stderr })
    })
  })

describe("npm run etl", () => {
  it("works on a running npm run dev through its connection file, and on a deployed stack through pulumi", async () => {
    const dev = await startDev()
    assert.strictEqual((await stat(connectionFile)).mode & 0o777, 0o600)
    const { clientSettings, outputs } = JSON.parse(await readFile(connectionFile, "utf8"))
    const local = await runEtl(["status", "--local", "--port", port])
    assert.deepStrictEqual([local.code, local.stderr], [0, ""])
    assert.match(local.stdout, /2 rows in the table\.\n$/)

    const { accessKeyId, secretAccessKey } = clientSettings.credentials
    const deployed = await runEtl(["status", "--json", "--stack", "dev"], {
      PATH: await pathWithPulumi(JSON.stringify(outputs)),
      AWS_ENDPOINT_URL: clientSettings.endpoint,
      AWS_REGION: clientSettings.region,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey
    })
    assert.deepStrictEqual([deployed.code, deployed.stderr], [0, ""])
    assert.deepInclude(JSON.parse(deployed.stdout), { stack: "stack dev", total: 2 })

    dev.kill("SIGINT")
    await once(dev, "close")
    assert.strictEqual(await access(connectionFile).catch(() => "deleted"), "deleted")
  })
})
