import { type ChildProcess, execFileSync, spawn } from "node:child_process"
import { once } from "node:events"
import { readFile, writeFile } from "node:fs/promises"
import { createServer } from "node:net"
import { join } from "node:path"
import { setTimeout } from "node:timers/promises"
import { assert, describe, it } from "@effect/vitest"
import { onTestFinished } from "vitest"
import { temporaryDirectory } from "../support/temporaryDirectory.ts"

const root = new URL("../..", import.meta.url).pathname

const launch = (file: string, ...args: ReadonlyArray<string>) => {
  const child = spawn("sh", ["scripts/pinned-node", file, ...args], { cwd: root, stdio: ["ignore", "pipe", "pipe"] })
  onTestFinished(() => void child.kill("SIGKILL"))
  let stdout = ""
  let stderr = ""
  child.stdout.setEncoding("utf8").on("data", (text) => {
    stdout += text
  })
  child.stderr.setEncoding("utf8").on("data", (text) => {
    stderr += text
  })
  return { child, said: () => ({ stdout, stderr }) }
}

const ended = async (child: ChildProcess): Promise<number | null> => {
  if (child.exitCode === null) await once(child, "close")
  return child.exitCode
}

/** The processes that this one has started and that still run. */
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

describe("the commands", () => {
  it.each([
    [["--top", "0"], /--top is "0"/],
    [["--top", "1e1"], /--top is "1e1"/],
    [["--port", "0x1000"], /--port is "0x1000"/],
    [["--run-date", "2026-02-30"], /--run-date is "2026-02-30"/],
    [["--nonsense"], /--nonsense/],
    [["--omdb-url", "http://127.0.0.1:1"], /--omdb-key/],
    [["--movies", "no-such-file.json"], /no-such-file\.json/],
    [["--faults", "no-such-file.json"], /^--faults no-such-file\.json cannot be used: /],
    [["--out", "package.json"], /--out package\.json/],
    [["--out", ""], /--out is empty/],
    [["--omdb-url", "http://127.0.0.1:1", "--omdb-key", ""], /--omdb-key is empty/],
    [["--out", "/proc/nowhere/at/all"], /--out \/proc\/nowhere/]
  ])("exit with 1 and one sentence for %j", async (args, what) => {
    const { child, said } = launch("local/start.ts", ...args)
    assert.strictEqual(await ended(child), 1)
    assert.match(said().stderr, what)
    assert.strictEqual(said().stderr.trim().split("\n").length, 1)
    assert.strictEqual(said().stdout, "")
  })

  it("exit with 1 and one sentence where another run is putting its results", async () => {
    const out = await temporaryDirectory()
    await writeFile(join(out, ".in-use"), `${process.pid}`)
    const { child, said } = launch("local/start.ts", "--json", "--out", out)
    assert.strictEqual(await ended(child), 1)
    assert.match(said().stderr, new RegExp(`^--out ${out} is in use by another run, process ${process.pid}: `))
  })

  it("exit with 1 and one sentence when the port is taken", async () => {
    const server = createServer().listen(0, "127.0.0.1")
    onTestFinished(() => void server.close())
    await once(server, "listening")
    const address = server.address()
    const port = typeof address === "object" && address !== null ? address.port : 0
    const { child, said } = launch("local/start.ts", "--json", "--port", `${port}`)
    assert.strictEqual(await ended(child), 1)
    assert.match(said().stderr, new RegExp(`^The port ${port} is taken: .*--port`))
  })

  it("read a stack file with a deployer's ciphertext and salt, and put a local key in its place", async () => {
    const stack = await readFile(join(root, "Pulumi.dev.yaml"), "utf8")
    const { readStackFile } = await import("../../engine/stackFile.ts")
    const directory = await temporaryDirectory()
    await writeFile(join(directory, "Pulumi.yaml"), await readFile(join(root, "Pulumi.yaml"), "utf8"))
    await writeFile(
      join(directory, "Pulumi.dev.yaml"),
      `encryptionsalt: v1:abc:def\n${stack}  imdb-serverless-etl:omdbApiKey:\n    secure: v1:0123:4567\n`
    )
    assert.deepStrictEqual(await readStackFile(directory, "dev"), await readStackFile(root, "dev"))
  })

  it("name the file and the line of a stack file that is no YAML", async () => {
    const { readStackFile } = await import("../../engine/stackFile.ts")
    const directory = await temporaryDirectory()
    await writeFile(join(directory, "Pulumi.yaml"), "name: [")
    const said = await readStackFile(directory, "dev").catch((cause: unknown) => cause)
    assert.match(String(said), /Pulumi\.yaml is not YAML: [^\n]* at line 1, column \d+\.$/)
  })

  it("end cleanly when whoever reads their lines has left", async () => {
    const { child, said } = launch("local/start.ts", "--out", await temporaryDirectory())
    child.stdout.once("data", () => child.stdout.destroy())
    assert.strictEqual(await ended(child), 130)
    assert.strictEqual(said().stderr.trim(), "Interrupted: nothing is left running.")
  })

  it.each([[300], [1_500], [2_500], [3_500]])("end cleanly when Ctrl-C comes, twice, after %d ms", async (after) => {
    const out = await temporaryDirectory()
    const { child, said } = launch("local/start.ts", "--json", "--top", "250", "--out", out)
    await setTimeout(after)
    const children = childrenOf(child.pid)
    child.kill("SIGINT")
    child.kill("SIGINT")
    const code = await ended(child)
    // A quick machine may have been done before.
    assert.oneOf(code, [0, 130, null])
    if (code === 130) assert.strictEqual(said().stderr.trim(), "Interrupted: nothing is left running.")
    assert.deepStrictEqual(children.filter(isAlive), [])
  })

  it("leave nothing behind even when they are killed", async () => {
    const { child } = launch("local/start.ts", "--json")
    while (childrenOf(child.pid).length === 0) await setTimeout(20)
    const children = childrenOf(child.pid)
    child.kill("SIGKILL")
    await ended(child)
    for (let waited = 0; children.some(isAlive) && waited < 10_000; waited += 50) await setTimeout(50)
    assert.deepStrictEqual(children.filter(isAlive), [])
  })

  it("keep the local cloud up until Ctrl-C, for any SDK, and let its port go", async () => {
    const out = await temporaryDirectory()
    const { child, said } = launch("local/dev.ts", "--port", "45661", "--out", out)
    while (!said().stdout.includes("Ctrl-C ends it.")) {
      assert.strictEqual(child.exitCode, null, said().stderr)
      await setTimeout(100)
    }
    const { S3Client, ListObjectsV2Command } = await import("@aws-sdk/client-s3")
    const setting = (name: string) => new RegExp(`export ${name}=(\\S+)`).exec(said().stdout)?.[1] ?? ""
    const s3 = new S3Client({
      endpoint: setting("AWS_ENDPOINT_URL"),
      region: setting("AWS_REGION"),
      credentials: { accessKeyId: setting("AWS_ACCESS_KEY_ID"), secretAccessKey: setting("AWS_SECRET_ACCESS_KEY") }
    })
    const bucket = /s3:\/\/(movies-[0-9a-f]+)\//.exec(said().stdout)?.[1] ?? ""
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: "enriched/" }))
    s3.destroy()
    assert.strictEqual(Contents.length, 10)

    child.kill("SIGINT")
    assert.strictEqual(await ended(child), 0)
    const server = createServer().listen(45661, "127.0.0.1")
    await once(server, "listening")
    server.close()
  })
})
