import { mkdir, readFile, writeFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { openOutputFolder } from "../../../local/run/outputFolder.ts"
import { temporaryDirectory } from "../../support/temporaryDirectory.ts"
import { readFiles } from "./runStart.ts"

const put = async (path: string, text: string) => {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, text)
}

describe("openOutputFolder", () => {
  it("refuses a folder that another run uses", async () => {
    const directory = await temporaryDirectory()
    const { release } = await openOutputFolder(directory)
    const second = await openOutputFolder(directory).catch((cause) => cause)
    assert.match(second.message, new RegExp(`^--out ${directory} is in use by another run, process ${process.pid}: `))
    await release()
    await (await openOutputFolder(directory)).release()
  })

  it("takes over a folder whose run has ended without releasing it", async () => {
    const directory = await temporaryDirectory()
    const pidLimit = 4_194_304
    await writeFile(join(directory, ".in-use"), `${pidLimit + 1}`)
    await openOutputFolder(directory)
    assert.strictEqual(await readFile(join(directory, ".in-use"), "utf8"), `${process.pid}`)
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
