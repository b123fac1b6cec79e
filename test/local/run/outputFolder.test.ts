import { mkdir, readFile, writeFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { RunDate } from "../../../domain/RunDate.ts"
import { openOutputFolder, writeResults } from "../../../local/run/outputFolder.ts"
import { temporaryDirectory } from "../../support/temporaryDirectory.ts"
import { useSharedStack } from "../sharedStack.ts"
import { readFiles } from "./runStart.ts"

const put = async (path: string, text: string) => {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, text)
}

describe("writeResults", () => {
  const { current } = useSharedStack()

  it("replaces the results of its run date and keeps those of other dates", async () => {
    const { stack, run } = current()
    const directory = await temporaryDirectory()
    const other = { imdbId: "tt0111161", runDate: "2020-01-01" }
    const runDate = RunDate.make("2020-01-02")
    const enriched = (date: string) => join(directory, `s3/movies/enriched/run_date=${date}`)
    await put(join(enriched(other.runDate), "tt0111161.json"), "{}")
    await put(join(enriched(runDate), "tt0000001.json"), "{}")
    await put(join(directory, "dynamodb/movies.json"), JSON.stringify([{ imdbId: "tt9999999", runDate }, other]))

    await run({ runDate, top: 2 })
    const folder = await openOutputFolder(directory)
    await writeResults(stack, new Map(), folder, runDate)
    await folder.release()

    const files = await readFiles(directory)
    assert.sameMembers(
      [...files.keys()].filter((path) => path.includes("enriched/run_date=2020-")),
      [
        "s3/movies/enriched/run_date=2020-01-01/tt0111161.json",
        "s3/movies/enriched/run_date=2020-01-02/tt0068646.json",
        "s3/movies/enriched/run_date=2020-01-02/tt0111161.json"
      ]
    )
    const items: ReadonlyArray<typeof other> = JSON.parse(files.get("dynamodb/movies.json") ?? "")
    assert.deepStrictEqual(
      items.filter(({ runDate }) => runDate < "2021").map(({ imdbId, runDate }) => [imdbId, runDate]),
      [
        ["tt0068646", "2020-01-02"],
        ["tt0111161", "2020-01-01"],
        ["tt0111161", "2020-01-02"]
      ]
    )
  })
})

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
})
