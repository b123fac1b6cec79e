import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { stripVTControlCharacters } from "node:util"
import { DeleteItemCommand } from "@aws-sdk/client-dynamodb"
import { DeleteObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3"
import { marshall } from "@aws-sdk/util-dynamodb"
import { assert, describe, it } from "@effect/vitest"
import { beforeEach } from "vitest"
import { ImdbId } from "../../domain/ImdbId.ts"
import { csvKey, reportKey, rosterKey } from "../../domain/keys.ts"
import { sparkline } from "../../operator/data/sparkline.ts"
import { temporaryDirectory } from "../support/temporaryDirectory.ts"
import { useOperatedStack } from "./OperatedStack.ts"

describe("npm run etl", () => {
  const { current, etl, etlOn } = useOperatedStack()

  // Another test of the process may have run a later date.
  beforeEach(() => current().forgetRuns())

  it("movies: shows the latest day, as a table and as JSON", async () => {
    const { runDate } = await current().run({ top: 2 })
    const table = await etlOn({ width: 60, keys: [] }, "movies")
    assert.deepStrictEqual([table.code, table.stderr], [0, ""])
    assert.match(stripVTControlCharacters(table.stdout), new RegExp(`^${runDate} .*\n.*\n.*Title.*IMDb`))
    const { stdout } = await etl("movies", runDate, "--json")
    assert.deepStrictEqual(
      JSON.parse(stdout).movies.map(({ title }: { readonly title: string }) => title),
      ["The Shawshank Redemption", "The Godfather"]
    )
  })

  it("movies: says which movies of the run the table does not have", async () => {
    const { applyFaults, run, stack } = current()
    applyFaults({ at: "omdb", imdbId: ImdbId.make("tt0068646"), what: { kind: "unknownMovie" } })
    const { runDate } = await run({ top: 3 })
    const next = `To see why: npm run etl -- status ${runDate} --local`
    const { code, stdout } = await etl("movies")
    assert.strictEqual(code, 0)
    assert.include(stdout, `\nOf the 3 movies of the run, 2 are enriched. ${next}`)
    const Key = marshall({ imdbId: "tt0111161", runDate })
    await stack.cloud.clients.dynamoDb.send(new DeleteItemCommand({ TableName: stack.names.tables[0]?.physical, Key }))
    assert.include(
      (await etl("movies")).stdout,
      `\nOf the 3 movies of the run, 2 are in the CSV, 1 in the table. ${next}`
    )
    const { total, enriched, movies } = JSON.parse((await etl("movies", "--json")).stdout)
    assert.deepStrictEqual([total, enriched, movies.length], [3, 2, 1])
  })

  it("movies: names the next step for a day without a row", async () => {
    const { code, stderr } = await etl("movies", "2020-01-01")
    assert.strictEqual(code, 2)
    assert.match(stderr, /^The table has no movie of 2020-01-01\. To see why: npm run etl -- status 2020-01-01 --local/)
  })

  it("movie: shows the days of a movie in any spelling of its id, the newest first", async () => {
    const { runDate: first } = await current().run({ top: 2 })
    const { runDate: second } = await current().run({ top: 2 })
    const { stdout } = await etl("movie", "TT68646")
    const text = stripVTControlCharacters(stdout)
    assert.match(text, /^The Godfather \(1972\), tt0068646: 2 days\nRank {2}▄▄\nIMDb {2}▄▄\nVotes ▄▄\n/)
    assert.isBelow(text.indexOf(second), text.indexOf(first))
    const { days } = JSON.parse((await etl("movie", "tt0068646", "--json")).stdout)
    assert.strictEqual(days.at(-1).runDate, second)
  })

  it("movie: names the next step for a movie that the table does not have", async () => {
    const { code, stderr } = await etl("movie", "tt9999999")
    assert.strictEqual(code, 2)
    assert.match(stderr, /^The table has no day of tt9999999\. The movies that it has: npm run etl -- movies --local/)
  })

  it("report: writes the stored report, and makes it from the CSV where there is none", async () => {
    const { stack, run, objects } = current()
    const { runDate } = await run({ top: 2 })
    // This run is later and has no CSV yet.
    const { cloud, names } = stack
    const Bucket = names.buckets[0]?.physical
    const started = { Bucket, Key: rosterKey(current().newRunDate()), Body: "{}" }
    await cloud.clients.s3.send(new PutObjectCommand(started))
    const file = join(await temporaryDirectory(), "new/report.html")
    const report = async (...args: ReadonlyArray<string>) => {
      const { code, stdout, stderr } = await etl("report", "--out", file, ...args)
      assert.deepStrictEqual([code, stderr], [0, ""])
      return stdout
    }
    assert.match(await report(), new RegExp(`^Report of ${runDate} .*: file://.*report.html$`))
    const stored = await readFile(file, "utf8")
    assert.strictEqual(stored, (await objects()).get(reportKey(runDate)))
    assert.strictEqual(JSON.parse(await report("--rebuild", "--json")).source, "rebuilt")
    assert.strictEqual(await readFile(file, "utf8"), stored)
    await cloud.clients.s3.send(new DeleteObjectCommand({ Bucket, Key: reportKey(runDate) }))
    assert.match(await report(runDate), /No report is stored: this one was made from the CSV\.$/)
    await cloud.clients.s3.send(new PutObjectCommand({ Bucket, Key: csvKey(runDate), Body: "another CSV" }))
    const changed = await etl("report", runDate)
    assert.strictEqual(changed.code, 2)
    assert.match(changed.stderr, /^The report of .* cannot be made: The CSV .* has the SHA-256 .*\. To see why: /)
    await cloud.clients.s3.send(new DeleteObjectCommand({ Bucket, Key: csvKey(runDate) }))
    const { code, stderr } = await etl("report", runDate)
    assert.strictEqual(code, 2)
    assert.match(stderr, /^The report of .* cannot be made: There is no object s3:.*movies.csv\. To see why: /)
  })

  it("report: names a file that cannot be written", async () => {
    await current().run({ top: 1 })
    const { code, stderr } = await etl("report", "--out", join(fileURLToPath(import.meta.url), "report.html"))
    assert.strictEqual(code, 1)
    assert.match(stderr, /data\.test\.ts\/report\.html cannot be written: .* Give a file with --out\.$/)
  })
})

it("sparkline draws the least value lowest, equal ones in the middle, and a space for none", () => {
  assert.strictEqual(sparkline([9.2, 9.25, 9.3, undefined]), "▁▅█ ")
  assert.strictEqual(sparkline([-1, -1]), "▄▄")
  assert.strictEqual(sparkline([]), "")
})
