import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdir, writeFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { onTestFinished } from "vitest"
import { processIdentity } from "../../../cli/processIdentity.ts"
import { openOutputFolder } from "../../../local/run/outputFolder.ts"
import { temporaryDirectory } from "../../support/temporaryDirectory.ts"
import { readFiles } from "./runStart.ts"

const put = async (path: string, text: string) => {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, text)
}

describe("openOutputFolder", () => {
  const lockOf = (directory: string) => join(directory, ".in-use")
  const own = processIdentity(process.pid)

  it("refuses a folder that another run uses, and names the lock file", async () => {
    const directory = await temporaryDirectory()
    await writeFile(lockOf(directory), processIdentity(process.ppid))
    const { message } = await openOutputFolder(directory).catch((cause) => cause)
    assert.match(message, new RegExp(`^--out ${directory} is in use by another run, process ${process.ppid}: `))
    assert.include(message, `remove ${lockOf(directory)}.`)
    assert.deepStrictEqual(await filesOf(directory), { ".in-use": processIdentity(process.ppid) })
  })

  it.each([
    ["a process that has ended", "4194305"],
    ["a process whose id is in use again", `${process.ppid}.1`],
    ["an earlier process with the id of this one", `${process.pid}`],
    ["no process", ""]
  ])("takes over a folder with the lock file of %s", async (_, owner) => {
    const directory = await temporaryDirectory()
    await writeFile(lockOf(directory), owner)
    // Of a run that was killed while it took the folder over.
    await writeFile(`${lockOf(directory)}.takeover`, "4194305")
    const { release } = await openOutputFolder(directory)
    assert.deepStrictEqual(await filesOf(directory), { ".in-use": own })
    await release()
    assert.deepStrictEqual(await filesOf(directory), {})
  })

  it("lets one of two processes take over a folder, and refuses the other in one sentence", async () => {
    const directory = await temporaryDirectory()
    await writeFile(lockOf(directory), "4194305")
    const module = new URL("../../../local/run/outputFolder.ts", import.meta.url).href
    const code = `import { openOutputFolder } from "${module}"
      await openOutputFolder("${directory}").then(() => console.log("opened"), ({ message }) => console.log(message))
      process.stdin.resume()`
    const outcomes = [1, 2].map(async () => {
      const child = spawn(process.execPath, ["--input-type=module", "--eval", code], {
        stdio: ["pipe", "pipe", "inherit"]
      })
      onTestFinished(() => void child.kill("SIGKILL"))
      const [text] = await once(child.stdout, "data")
      return String(text).trim()
    })
    const [refused, opened] = (await Promise.all(outcomes)).sort()
    assert.strictEqual(opened, "opened")
    assert.match(refused ?? "", /^--out \S+ is in use by another run, process \d+: [^\n]+$/)
  })

  const writing = (text: string) => (folder: string) => put(join(folder, "day/new"), text)
  const isDay = (path: string) => path === "day"
  const filesOf = async (directory: string) => Object.fromEntries(await readFiles(directory))

  it("replaces a folder as a whole with the new results", async () => {
    const directory = await temporaryDirectory()
    await put(join(directory, "day/old"), "old")
    const { replace, release } = await openOutputFolder(directory)
    await replace(writing("new"), isDay)
    await release()
    assert.deepStrictEqual(await filesOf(directory), { "day/new": "new" })
  })

  it("keeps the earlier results when the new ones cannot be written", async () => {
    const directory = await temporaryDirectory()
    await put(join(directory, "day/old"), "old")
    const { replace, release } = await openOutputFolder(directory)
    const failure = replace(async (folder) => {
      await writing("new")(folder)
      throw new Error("ENOSPC: no space left on device")
    }, isDay).catch((cause) => cause)
    assert.match((await failure).message, /^--out \S+ cannot be created or written: ENOSPC/)
    await release()
    assert.deepStrictEqual(await filesOf(directory), { "day/old": "old" })
  })

  it("removes what a run left that was killed while it wrote, and finishes what it had begun to put in place", async () => {
    const directory = await temporaryDirectory()
    await put(join(directory, "day/old"), "old")
    await put(join(directory, ".new/day/half"), "ha")
    await put(join(directory, ".new-ready/day/new"), "new")
    await put(join(directory, ".new-ready/.folders.json"), '["day","gone"]')
    await (await openOutputFolder(directory)).release()
    assert.deepStrictEqual(await filesOf(directory), { "day/new": "new" })
  })
})
