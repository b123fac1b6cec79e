import { stripVTControlCharacters } from "node:util"
import { assert, describe, it } from "@effect/vitest"
import { beforeEach } from "vitest"
import { ImdbId } from "../../domain/ImdbId.ts"
import { RunDate } from "../../domain/RunDate.ts"
import { readSourceList } from "../../local/run/sourceList.ts"
import { plusDays } from "../../operator/runs/RunGrid.ts"
import { useOperatedStack } from "./OperatedStack.ts"

const godfather = ImdbId.make("tt0068646")

describe("npm run etl -- run, backfill, runs and status --wait", () => {
  const { current, etl, etlOn } = useOperatedStack()
  beforeEach(() => current().forgetRuns())
  const quota = { at: "omdb", times: "always", what: { kind: "quota" } } as const
  const unknown = { at: "omdb", times: "always", imdbId: godfather, what: { kind: "unknownMovie" } } as const
  const json = async (...args: ReadonlyArray<string>) => {
    const { code, stdout, stderr } = await etl(...args, "--json")
    return { code, stderr, document: JSON.parse(stdout) }
  }
  const today = async () => RunDate.make((await json("runs", "--days", "1")).document.days[0].runDate)

  it("runs a date after a confirmation that names its calls to OMDb, and nothing after a no", async () => {
    const runDate = current().newRunDate()
    const run = (key: string) => etlOn({ width: 100, keys: [key] }, "run", "--date", runDate, "--top", "2")
    const no = await run("n")
    assert.include(stripVTControlCharacters(no.prompt), "with 2 movies and about 2 calls to OMDb?")
    assert.deepStrictEqual([no.code, no.stdout], [0, "Nothing was started."])
    assert.strictEqual((await current().objects(`runs/run_date=${runDate}`)).size, 0)
    const yes = await run("y")
    assert.match(
      yes.stdout,
      new RegExp(`^The run of ${runDate} has started [\\s\\S]+ status ${runDate} --local .* --wait$`)
    )
    await current().stack.lambda.idle()
    assert.include(stripVTControlCharacters((await run("n")).prompt), "about 0 calls to OMDb?")
  })

  it("runs today without a date, follows it with --wait, and calls OMDb again with --refresh", async () => {
    const { code, document, stderr } = await json("run", "--top", "1", "--wait", "--yes")
    assert.deepStrictEqual([code, document.runDate, document.end.state], [0, await today(), "complete"])
    assert.match(stderr, /^[\d-]+: 1 of 1 enriched, complete$/m)
    const calls = () => current().omdb.calls.length
    const before = calls()
    assert.strictEqual((await etl("run", "--top", "1", "--wait", "--yes")).code, 0)
    assert.strictEqual(calls(), before)
    assert.strictEqual((await etl("run", "--top", "1", "--wait", "--yes", "--refresh")).code, 0)
    assert.strictEqual(calls(), before + 1)
  })

  it("waits for the new roster of a date whose earlier run has failed, and not for its dead letter", async () => {
    const runDate = current().newRunDate()
    const run = () => etl("run", "--date", runDate, "--top", "1", "--wait", "--yes")
    await current().setSourceList("{}")
    const failed = await run()
    assert.strictEqual(failed.code, 2)
    assert.match(
      failed.stderr,
      /The run of .* waits for the roster: dead letter in failed-runs: .* Details: npm run etl/
    )
    await current().setSourceList((await readSourceList(undefined)).bytes)
    assert.strictEqual((await run()).code, 0)
  })

  it("ends with 2 and the gaps of a run that was waited for", async () => {
    current().applyFaults(unknown)
    const runDate = current().newRunDate()
    const { code, stderr } = await etl("run", "--date", runDate, "--top", "2", "--wait", "--yes")
    assert.strictEqual(code, 2)
    assert.match(
      stderr,
      /The run of .* is complete with 1 gap: csv\/.*, 1 row in the table\. Details: npm run etl -- status/
    )
  })

  it.each(["--wait", "--watch"])("follows a run with status %s until it has ended", async (flag) => {
    const runDate = current().newRunDate()
    await etl("run", "--date", runDate, "--top", "1", "--yes")
    const { code, stdout } = await etl("status", runDate, flag)
    assert.strictEqual(code, 0)
    assert.include(stdout.slice(stdout.lastIndexOf("Run ")), "Complete: csv/")
    assert.strictEqual(stdout.startsWith(`Run ${runDate}`), true)
  })

  it.each([[[]], [["--wait"]]])("says with status %j how to start a date that has no run", async (flags) => {
    const { code, stderr } = await etl("status", "2020-01-01", ...flags)
    assert.strictEqual(code, 2)
    assert.match(
      stderr,
      /(^|\n)There is no run of 2020-01-01: start it with npm run etl -- run --date 2020-01-01 --local[^\n]*$/
    )
  })

  it("shows a calendar of the days, and a table of those that are not complete", async () => {
    const last = await today()
    await current().run({ runDate: plusDays(last, -1), top: 1 })
    current().applyFaults(unknown)
    await current().run({ runDate: plusDays(last, -3), top: 2 })
    const { code, stdout } = await etl("runs", "--days", "4")
    assert.strictEqual(code, 0)
    const marks = [...stdout.matchAll(/\d\d ([✓✗·])/g)].map(([, mark]) => mark)
    assert.deepStrictEqual(marks, ["✗", "·", "✓", "·"])
    assert.match(stdout, new RegExp(`${plusDays(last, -3)} │ gaps {2}│ 1 of 2 │ {4}1 │`))
    assert.match(stdout, /^1 complete run, published within \d+(s|m).*\.$/m)
    assert.include((await etl("runs", "--days", "1")).stdout, "There is no run in these days.")
  })

  describe("backfill", () => {
    const range = (from: RunDate, days: number) => `${from}..${plusDays(from, days - 1)}`

    it("names the calls, runs the days that are missing from the oldest on, and says when all are published", async () => {
      const first = RunDate.make("2025-03-01")
      await current().run({ runDate: plusDays(first, 1), top: 1 })
      const { code, document, stderr } = await json("backfill", range(first, 3), "--top", "1", "--wait", "--yes")
      assert.strictEqual(code, 0)
      assert.match(stderr, /^Running 2 days on .* with about 2 calls to OMDb of 1000 a day, 1 already published\.$/m)
      assert.deepStrictEqual(document.days, [
        { runDate: first, state: "complete" },
        { runDate: plusDays(first, 2), state: "complete" }
      ])
      const again = await etl("backfill", range(first, 3), "--top", "1")
      assert.deepStrictEqual(
        [again.code, again.stdout],
        [0, "All 3 days are published: add --again to run them again."]
      )
      assert.match((await etl("backfill", range(first, 3), "--again")).stderr, /^Run 3 days on .*add --yes\.$/)
    })

    it("stops before the quota is used up, and prints the command that goes on", async () => {
      const first = RunDate.make("2025-04-01")
      const { code, stdout } = await etl("backfill", range(first, 3), "--top", "2", "--quota", "5", "--yes", "--wait")
      assert.strictEqual(code, 0)
      assert.match(stdout, /^2 days run\.\nOMDb's limit of today allows no more\. Tomorrow: npm run etl -- backfill /)
      assert.include(stdout, "backfill 2025-04-03..2025-04-03 --top 2 --local")
      const tooSmall = await etl("backfill", range(first, 3), "--top", "6", "--quota", "5", "--yes")
      assert.strictEqual(tooSmall.code, 1)
      assert.match(tooSmall.stderr, /^2025-04-03 needs about 6 calls to OMDb, more than the 5 of --quota: [^\n]+$/)
    })

    it("stops at a run that meets OMDb's limit", async () => {
      const first = RunDate.make("2025-05-01")
      current().applyFaults(quota)
      const { code, stdout, stderr } = await etl("backfill", range(first, 3), "--top", "1", "--yes", "--wait")
      assert.strictEqual(code, 2)
      assert.match(stdout, /^1 day run\.\n.*backfill 2025-05-02\.\.2025-05-03 --top 1 --local/)
      assert.match(stderr, /1 day not complete: npm run etl -- runs --local[^\n]*$/)
    })

    it.each([
      ["2026-11-21", /two dates such as 2026-11-01\.\.2026-11-21/],
      ["2026-11-21..2026-11-31", /"2026-11-21\.\.2026-11-31"/],
      ["2025-11-21..2025-11-20", /ends before it begins: give the oldest date first/],
      ["2020-11-21..2025-11-20", /has 1826 days, more than 400/],
      ["2099-01-01..2099-01-02", /^2099-01-02 is in the future/]
    ])("refuses %s with one sentence", async (text, sentence) => {
      const { code, stdout, stderr } = await etl("backfill", text, "--yes")
      assert.deepStrictEqual([code, stdout], [1, ""])
      assert.match(stderr, sentence)
      assert.notInclude(stderr, "\n")
    })
  })
})
