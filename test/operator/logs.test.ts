import { assert, describe, it } from "@effect/vitest"
import { ImdbId } from "../../domain/ImdbId.ts"
import { parseEntry } from "../../operator/logs/LogEntry.ts"
import { aboutMovie } from "../../operator/logs/runLog.ts"
import { useOperatedStack } from "./OperatedStack.ts"

const godfather = ImdbId.make("tt0068646")

describe("a log line", () => {
  const parse = (line: unknown) =>
    parseEntry("Stage", { timestamp: 0, message: typeof line === "string" ? line : JSON.stringify(line) })
  const at = "1970-01-01T00:00:00.000Z"

  it.each<[string, unknown, unknown]>([
    [
      "has the fields of the log of Effect",
      { timestamp: "x", level: "WARN", message: "Retry", function: "f", requestId: "r", imdbId: "tt1", seconds: 300 },
      { at, stage: "Stage", level: "WARN", message: "Retry", requestId: "r", imdbId: "tt1", fields: { seconds: "300" } }
    ],
    [
      "has the error of a message with two parts",
      { level: "ERROR", message: ["Document not readable", { _tag: "ObjectUnreadable" }] },
      {
        at,
        stage: "Stage",
        level: "ERROR",
        message: "Document not readable",
        fields: { cause: '{"_tag":"ObjectUnreadable"}' }
      }
    ],
    [
      "has the error of Lambda's runtime",
      { level: "ERROR", requestId: "r", message: { errorType: "TypeError", errorMessage: "no such day" } },
      { at, stage: "Stage", level: "ERROR", message: "TypeError: no such day", requestId: "r", fields: {} }
    ],
    [
      "has the end of a failed invocation",
      { type: "platform.report", record: { requestId: "r", status: "timeout", metrics: { durationMs: 30000 } } },
      {
        ...{ at, stage: "Stage", level: "ERROR", requestId: "r", fields: {} },
        message: "The invocation ended with timeout after 30000 ms"
      }
    ],
    [
      "is a text where it is no JSON",
      "Invoke Error\n",
      { at, stage: "Stage", level: "", message: "Invoke Error", fields: {} }
    ],
    [
      "is left out where it says that an invocation succeeded",
      { type: "platform.report", record: { requestId: "r", status: "success" } },
      undefined
    ],
    ["is left out where it is a metric", { _aws: { Timestamp: 0 }, runDate: "2026-11-21", OmdbCalls: 1 }, undefined],
    ["is left out where it is another event of the platform", { type: "platform.start", record: {} }, undefined]
  ])("%s", (_, line, expected) => {
    assert.deepStrictEqual(parse(line) as unknown, expected)
  })

  it("is about a movie by its id, by a field, or by an error of the invocation", () => {
    const entry = (more: object) => ({ at, stage: "Stage", level: "INFO", message: "", fields: {}, ...more })
    const mine = [
      entry({ imdbId: godfather, requestId: "1" }),
      entry({ fields: { first: `["${godfather}"]` } }),
      entry({ level: "ERROR", requestId: "1" })
    ]
    const others = [entry({ imdbId: "tt1", requestId: "1" }), entry({ level: "ERROR", requestId: "2" }), entry({})]
    assert.deepStrictEqual(aboutMovie([...others, ...mine], godfather), mine)
  })
})

describe("npm run etl -- logs", () => {
  const { current, etl } = useOperatedStack()

  it("shows what all functions logged about a run, also of one movie, in the order of time", async () => {
    current().applyFaults({ at: "omdb", imdbId: godfather, what: { kind: "quota" } })
    const { runDate } = await current().run({ top: 2 })
    await current().run({ top: 1 })
    const { code, stdout, stderr } = await etl("logs", runDate)
    assert.deepStrictEqual([code, stderr], [0, ""])
    const lines = stdout.split("\n")
    assert.deepStrictEqual(
      lines,
      lines.toSorted((a, b) => a.slice(0, 12).localeCompare(b.slice(0, 12)))
    )
    for (const part of ["GetMoviesAndSendToQueue", "Movies queued", "Retry deferred", "Run exported", "CSV loaded"]) {
      assert.include(stdout, part)
    }
    const { entries } = JSON.parse((await etl("logs", runDate, "--movie", godfather, "--json")).stdout)
    assert.isTrue(entries.every(({ imdbId }: { imdbId?: string }) => imdbId === undefined || imdbId === godfather))
    const messages = entries.map(({ message }: { message: string }) => message)
    assert.includeMembers(messages, ["Retry deferred", "Movie enriched"])
  })

  it.each([
    ["2099-01-01", "2099-01-01 is in the future, and nothing was logged about it since yesterday."],
    ["2020-01-01", "Logs are kept for 7 days (logRetentionDays), and 2020-01-01 is"]
  ])("explains why there is nothing about %s", async (date, reason) => {
    const { code, stdout, stderr } = await etl("logs", date)
    assert.deepStrictEqual([code, stdout], [2, ""])
    assert.include(stderr, reason)
    assert.include(JSON.parse((await etl("logs", date, "--json")).stdout).why, reason)
  })
})
