import { mkdir, readFile, writeFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { RunDate } from "../../../domain/RunDate.ts"
import { openOutputFolder } from "../../../local/run/outputFolder.ts"
import { keepsEarlier, writeResults } from "../../../local/run/writeResults.ts"
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

  it("keeps the results of an earlier run with more rows than one that is not complete, and reports it", async () => {
    const { stack, run, applyFaults, newRunDate } = current()
    const directory = await temporaryDirectory()
    const runDate = newRunDate()
    const earlier = {
      [`s3/movies/runs/run_date=${runDate}/manifest.json`]: '{"complete":false,"enriched":2}',
      "dynamodb/movies.json": JSON.stringify([{ runDate }, { runDate }])
    }
    for (const [path, text] of Object.entries(earlier)) await put(join(directory, path), text)
    applyFaults({ at: "omdb", what: { kind: "unknownMovie" } })
    await run({ runDate, top: 2 })
    const folder = await openOutputFolder(directory)
    const sentences = await writeResults(stack, new Map(), folder, runDate)
    await folder.release()
    const files = [...(await readFiles(directory))].filter(([path]) => !path.startsWith("logs/"))
    assert.deepStrictEqual(Object.fromEntries(files), earlier)
    assert.deepStrictEqual(sentences, [
      `--out still holds the results of an earlier run of ${runDate}: it has 2 rows, this one has 1.`
    ])
  })

  it("keeps the results of an earlier run when this one was not exported, and writes its logs", async () => {
    const { stack } = current()
    const directory = await temporaryDirectory()
    const manifest = "s3/movies/runs/run_date=2020-01-03/manifest.json"
    await put(join(directory, manifest), "{}")
    const folder = await openOutputFolder(directory)
    const logs = new Map([["ExportMoviesToCsv", ["a line"]]])
    assert.deepStrictEqual(await writeResults(stack, logs, folder, RunDate.make("2020-01-03")), [])
    await folder.release()
    const files = await readFiles(directory)
    assert.strictEqual(files.get("logs/ExportMoviesToCsv.log"), "a line\n")
    assert.deepStrictEqual(
      [...files.keys()].filter((path) => !path.startsWith("logs/")),
      [manifest]
    )
  })

  it("writes the results, and returns one sentence, when the logs cannot be written", async () => {
    const { stack } = current()
    const directory = await temporaryDirectory()
    await put(join(directory, "logs"), "a file")
    const folder = await openOutputFolder(directory)
    const [sentence = ""] = await writeResults(stack, new Map(), folder, RunDate.make("2020-01-03"))
    assert.match(sentence, /^The logs were not written: [^\n]+$/)
    assert.include(await readFile(join(directory, "dynamodb/movies.json"), "utf8"), "[")
  })
})

describe("keepsEarlier", () => {
  const whole = { complete: true, enriched: 2, rows: 2 }
  const partial = { complete: false, enriched: 1, rows: 1 }
  it.each<[string, Parameters<typeof keepsEarlier>, boolean]>([
    ["nothing was exported before", [undefined, partial], false],
    ["nothing is exported now", [{ ...partial, rows: 0 }, undefined], true],
    ["this run has fewer rows", [whole, partial], true],
    ["this run has fewer rows in the table", [partial, { ...whole, rows: 0 }], true],
    ["this run has as many rows", [partial, partial], false],
    ["this run is complete with fewer rows", [{ ...whole, enriched: 3, rows: 3 }, whole], false]
  ])("decides when %s", (_, exports, expected) => {
    assert.strictEqual(keepsEarlier(...exports), expected)
  })
})
