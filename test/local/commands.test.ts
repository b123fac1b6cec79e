import { type ChildProcess, execFileSync, spawn } from "node:child_process"
import { once } from "node:events"
import { closeSync, existsSync, openSync, statSync } from "node:fs"
import { createServer } from "node:net"
import { text } from "node:stream/consumers"
import { setTimeout } from "node:timers/promises"
import { assert, describe, it } from "@effect/vitest"
import { onTestFinished, vi } from "vitest"
import { temporaryDirectory } from "../support/temporaryDirectory.ts"

const root = new URL("../..", import.meta.url).pathname

const launch = (file: string, ...args: ReadonlyArray<string>) => {
  const child = spawn("sh", ["scripts/pinned-node", file, ...args], { cwd: root, stdio: ["ignore", "pipe", "pipe"] })
  onTestFinished(() => void child.kill("SIGKILL"))
  const output = { stdout: "", stderr: "" }
  child.stdout.setEncoding("utf8").on("data", (text) => {
    output.stdout += text
  })
  child.stderr.setEncoding("utf8").on("data", (text) => {
    output.stderr += text
  })
  /** Resolves once the condition holds; rejects if the command ends first. */
  const until = async (condition: () => boolean) => {
    while (!condition()) {
      assert.isNull(child.exitCode, output.stderr)
      await setTimeout(20)
    }
  }
  return { child, output, until }
}

const exitCodeOf = async (child: ChildProcess): Promise<number | null> => {
  if (child.exitCode === null) await once(child, "close")
  return child.exitCode
}

const childrenOf = (parent: number | undefined): ReadonlyArray<number> =>
  execFileSync("ps", ["-eo", "pid=,ppid="], { encoding: "utf8" })
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number))
    .flatMap(([pid, ppid]) => (pid !== undefined && ppid === parent ? [pid] : []))

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

describe.runIf(existsSync("/dev/full"))("a command", () => {
  it("exits with 1 and one sentence when its output cannot be written", async () => {
    const full = openSync("/dev/full", "w")
    onTestFinished(() => closeSync(full))
    const child = spawn("sh", ["scripts/pinned-node", "plan/main.ts", "--json"], {
      cwd: root,
      stdio: ["ignore", full, "pipe"]
    })
    const stderr = child.stderr === null ? "" : text(child.stderr)
    assert.strictEqual(await exitCodeOf(child), 1)
    assert.match(await stderr, /^The output cannot be written: ENOSPC: [^\n]+\.\n$/)
  })
})

describe("npm start", () => {
  it("ends without a message, with 130, when the reader of its output closes the pipe", async () => {
    const { child, output } = launch("local/start.ts", "--out", await temporaryDirectory())
    child.stdout.once("data", () => child.stdout.destroy())
    assert.strictEqual(await exitCodeOf(child), 130)
    assert.strictEqual(output.stderr, "")
  })

  it.each<[string, NodeJS.Signals, number | null, string, (pid: number | undefined, stdout: string) => boolean]>([
    ["Ctrl-C arrives while index.ts runs", "SIGINT", 130, "Interrupted.", (pid) => childrenOf(pid).length > 0],
    ["Ctrl-C arrives while the pipeline runs", "SIGINT", 130, "Interrupted.", (_, text) => text.includes("enriched")],
    ["it is killed", "SIGKILL", null, "", (pid) => childrenOf(pid).length > 0]
  ])("leaves no process when %s", async (_, signal, code, stderr, isTime) => {
    const { child, output, until } = launch("local/start.ts", "--top", "250", "--out", await temporaryDirectory())
    await until(() => isTime(child.pid, output.stdout))
    const children = childrenOf(child.pid)
    child.kill(signal)
    child.kill(signal)
    assert.strictEqual(await exitCodeOf(child), code)
    assert.strictEqual(output.stderr.trim(), stderr)
    // After SIGKILL the child ends by itself, once it has noticed.
    const timeout = signal === "SIGKILL" ? 10_000 : 1
    await vi.waitFor(() => assert.deepStrictEqual(children.filter(isAlive), []), { timeout })
  })
})

describe("npm run dev", () => {
  it("serves any SDK and the operator until Ctrl-C, then exits with 0 and releases its port", async () => {
    const { child, output, until } = launch(
      "local/dev.ts",
      "--port",
      "25661",
      "--console-port",
      "25662",
      "--out",
      await temporaryDirectory()
    )
    await until(() => output.stdout.includes("Press Ctrl-C"))
    const { S3Client, ListObjectsV2Command } = await import("@aws-sdk/client-s3")
    const setting = (name: string) => new RegExp(`export ${name}=(\\S+)`).exec(output.stdout)?.[1] ?? ""
    const s3 = new S3Client({
      endpoint: setting("AWS_ENDPOINT_URL"),
      region: setting("AWS_REGION"),
      credentials: { accessKeyId: setting("AWS_ACCESS_KEY_ID"), secretAccessKey: setting("AWS_SECRET_ACCESS_KEY") }
    })
    const bucket = /s3:\/\/(movies-[0-9a-f]+)\//.exec(output.stdout)?.[1] ?? ""
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: "enriched/" }))
    s3.destroy()
    assert.strictEqual(Contents.length, 10)
    const connectionFile = `${root}.local/dev-25661.json`
    assert.strictEqual(statSync(connectionFile).mode & 0o777, 0o600)

    child.kill("SIGINT")
    child.kill("SIGINT")
    assert.strictEqual(await exitCodeOf(child), 0)
    assert.strictEqual(output.stderr, "")
    assert.isFalse(existsSync(connectionFile))
    const server = createServer().listen(25661, "127.0.0.1")
    await once(server, "listening")
    server.close()
  })
})
