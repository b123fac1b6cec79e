import { type ChildProcess, execFile, spawn } from "node:child_process"
import { once } from "node:events"
import { access, readFile, stat } from "node:fs/promises"
import { setTimeout } from "node:timers/promises"
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda"
import { assert, describe, it } from "@effect/vitest"
import { onTestFinished } from "vitest"
import { temporaryDirectory } from "../support/temporaryDirectory.ts"
import { pathWithPulumi } from "./fakePulumi.ts"

const root = new URL("../..", import.meta.url).pathname
const port = "45662"
const published = `${root}.local/dev-${port}.json`

const launchDev = async (): Promise<ChildProcess> => {
  const out = await temporaryDirectory()
  const args = ["scripts/pinned-node", "local/dev.ts", "--port", port, "--out", out, "--top", "2"]
  const dev = spawn("sh", args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] })
  onTestFinished(() => void dev.kill("SIGKILL"))
  let said = ""
  for (const stream of [dev.stdout, dev.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => {
      said += text
    })
  }
  while (!said.includes("Press Ctrl-C")) {
    assert.strictEqual(dev.exitCode, null, said)
    await setTimeout(100)
  }
  return dev
}

interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** `npm run etl -- …`, but for npm. */
const etl = (args: ReadonlyArray<string>, env: Readonly<Record<string, string>> = {}): Promise<Ended> =>
  new Promise((resolve) => {
    const options = { cwd: root, env: { ...process.env, ...env } }
    execFile("sh", ["scripts/pinned-node", "operator/main.ts", ...args], options, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === "number" ? error.code : error === null ? 0 : -1, stdout, stderr })
    })
  })

describe("npm run etl", () => {
  it("finds a running npm run dev, by what that leaves for its user alone and takes away when it ends", async () => {
    const dev = await launchDev()
    assert.strictEqual((await stat(published)).mode & 0o777, 0o600)
    const { site, outputs } = JSON.parse(await readFile(published, "utf8"))
    const local = ["--local", "--port", port]
    const { code, stdout, stderr } = await etl(["status", ...local])
    assert.deepStrictEqual([code, stderr], [0, ""])
    assert.match(stdout, /2 rows in the table\.\n$/)

    // A run by hand, as a person would begin it with the aws command.
    const lambda = new LambdaClient(site)
    const FunctionName = outputs.functions.GetMoviesAndSendToQueue
    const invoke = (Payload: string) => lambda.send(new InvokeCommand({ FunctionName, Payload }))
    const { FunctionError, Payload = [] } = await invoke('{"runDate":"2026-11-20","top":1}')
    assert.deepStrictEqual(
      [FunctionError, JSON.parse(Buffer.from(Payload).toString())],
      [undefined, { runDate: "2026-11-20", total: 1, queued: 1 }]
    )
    lambda.destroy()
    while ((await etl(["status", "2026-11-20", ...local])).code !== 0) await setTimeout(100)

    const { accessKeyId, secretAccessKey } = site.credentials
    const deployed = await etl(["status", "2026-11-20", "--json", "--stack", "dev"], {
      PATH: await pathWithPulumi(JSON.stringify(outputs)),
      AWS_ENDPOINT_URL: site.endpoint,
      AWS_REGION: site.region,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey
    })
    assert.deepStrictEqual([deployed.code, deployed.stderr], [0, ""])
    assert.deepInclude(JSON.parse(deployed.stdout), { stack: "stack dev", total: 1 })

    dev.kill("SIGINT")
    await once(dev, "close")
    const gone = await access(published).catch(() => "gone")
    assert.strictEqual(gone, "gone")
    assert.match(
      (await etl(["status", ...local])).stderr,
      /^No local cloud is running on port 45662: start one with npm run dev/
    )
  })
})
