import { readFile } from "node:fs/promises"
import { assert, describe, it } from "@effect/vitest"
import { useSharedStack } from "../sharedStack.ts"
import { sample } from "./runStart.ts"

const topTen = [
  "tt0111161",
  "tt0068646",
  "tt0468569",
  "tt0071562",
  "tt0050083",
  "tt0108052",
  "tt0167260",
  "tt0110912",
  "tt0120737",
  "tt0060196"
]

interface Row {
  readonly id: string
  readonly rank: unknown
}
const listWith = async (change: (items: ReadonlyArray<Row>) => ReadonlyArray<Row>): Promise<string> => {
  const { items } = JSON.parse(await readFile(sample, "utf8"))
  return JSON.stringify({ items: change(items), errorMessage: "" })
}

const enrichedIds = (objects: ReadonlyMap<string, string>) =>
  [...objects.keys()].map((key) => /(tt\d+)\.json$/.exec(key)?.[1] ?? "")

describe("the source list", () => {
  const { current } = useSharedStack()

  it("gives the ten best by rank, whatever the order, and however the rank is written", async () => {
    const { setSourceList: setList, run, objects } = current()
    const shuffled = (items: ReadonlyArray<Row>) =>
      items
        .map((item, index) => ({ ...item, rank: [item.rank, Number(item.rank), ` ${item.rank} `][index % 3] }))
        .sort((a, b) => a.id.localeCompare(b.id))
    await setList(await listWith(shuffled))
    const { complete, runDate } = await run()
    assert.isTrue(complete)
    assert.sameMembers(enrichedIds(await objects(`enriched/run_date=${runDate}/`)), topTen)
  })

  it("may hold rows with a blank rank or a bad id: they are skipped and counted, and the next take their place", async () => {
    const { setSourceList: setList, run, objects, logs } = current()
    const spoilt = (items: ReadonlyArray<Row>) =>
      items.map((item, index) => (index === 0 ? { ...item, id: "nm1" } : index === 1 ? { ...item, rank: "" } : item))
    await setList(await listWith(spoilt))
    const { complete, enriched, runDate } = await run()
    assert.isTrue(complete)
    assert.strictEqual(enriched, 10)
    assert.notInclude(enrichedIds(await objects(`enriched/run_date=${runDate}/`)), "tt0111161")
    assert.match(logs(), /"message":"Source rows skipped".*"count":2/)
  })

  it.each<[string, () => Promise<string>, RegExp]>([
    ["two rows with one id", () => listWith((items) => [...items, ...items.slice(4, 5)]), /tt0050083/],
    ["fewer rows than asked for", () => listWith((items) => items.slice(0, 9)), /\b9\b/],
    [
      "no rows and an error message",
      async () => '{"items":[],"errorMessage":"Invalid API Key. Upgrade your account to use the service."}',
      /Invalid API Key/
    ],
    ["a web page", async () => "<!doctype html><title>Not here</title>", /JSON/],
    ["nothing at all", async () => "", /JSON|empty/],
    ["more than five million bytes", async () => " ".repeat(5_000_001), /5000001 bytes/]
  ])("with %s queues nothing and fails with one sentence that says what and where", async (_, list, what) => {
    const { setSourceList: setList, run, objects } = current()
    await setList(await list())
    const { complete, total, failures, deadLetters, runDate } = await run()
    assert.deepStrictEqual([complete, total], [false, 0])
    assert.strictEqual(failures.length, 1)
    const [failure] = failures
    assert.strictEqual(failure?.function, "GetMoviesAndSendToQueue")
    assert.match(failure?.detail ?? "", what)
    assert.include(failure?.detail, "s3://top-movies/Top250Movies.json")
    assert.strictEqual(deadLetters["failed-runs"], 1)
    assert.deepStrictEqual(
      [...(await objects()).keys()].filter((key) => key.includes(runDate)),
      []
    )
  })
})
