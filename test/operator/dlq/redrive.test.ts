import { assert, describe, it } from "@effect/vitest"

import { onTestFinished } from "vitest"
import { readSourceList } from "../../../local/run/sourceList.ts"
import type { DeadLetter } from "../../../operator/dlq/DeadLetter.ts"
import type { RunStatus } from "../../../operator/status/formatStatus.ts"
import type { RunEnd } from "../../../operator/status/RunEnd.ts"
import { expectWhole, type OperatedStack, startOperatedStack } from "../OperatedStack.ts"

const statusOf = async ({ etl }: OperatedStack, runDate: string): Promise<RunStatus> => {
  const { code, stdout } = await etl("status", runDate, "--json")
  assert.strictEqual(code, 2)
  return JSON.parse(stdout)
}

const waitsIn = (end: RunEnd) =>
  end.state === "unfinished" ? end.waitsFor.map(({ what, command }) => [what, command]) : []

const lettersOf = async ({ etl }: OperatedStack, queue: string): Promise<ReadonlyArray<DeadLetter>> =>
  JSON.parse((await etl("dlq", "show", queue, "--json")).stdout).messages

/** Redrives what is dead in one queue, and waits until nothing runs any more. */
const redrive = async ({ etl, warm }: OperatedStack, queue: string, count: number) => {
  const { code, stdout, stderr } = await etl("dlq", "redrive", queue, "--yes", "--json")
  assert.deepStrictEqual([code, stderr], [0, ""])
  assert.deepStrictEqual(JSON.parse(stdout).queues, [{ queue, redriven: count, left: [] }])
  await warm.stack.lambda.idle()
}

/** The ids of the messages that a function is given from now on. */
const givenTo = ({ warm: { stack } }: OperatedStack, logical: string): ReadonlyArray<string> => {
  const ids: Array<string> = []
  stack.lambda.events.on("invocationStarted", ({ function: name, records = [] }) => {
    if (stack.names.logicalName(name) === logical) ids.push(...records.map(({ messageId }) => messageId))
  })
  return ids
}

describe("once the cause is gone, a redrive brings the run to its end", () => {
  const { current } = startOperatedStack()

  it("of movies that were put off eight times and left as gaps", async () => {
    const here = current()
    here.warm.omdb.addRule({ imdbId: "tt0068646", answer: { kind: "quota" } })
    here.warm.omdb.addRule({ imdbId: "tt0468569", answer: { kind: "quota" } })
    const { runDate } = await here.warm.run({ top: 3 })
    const { end, movies } = await statusOf(here, runDate)
    assert.deepInclude(end, { state: "complete with gaps", gaps: 2, tableItems: 1 })
    assert.deepStrictEqual(
      movies.map(({ state, attempts, where, cause }) => [state, attempts, where, cause?.split(":")[0]]),
      [
        ["enriched", undefined, `enriched/run_date=${runDate}/tt0111161.json`, undefined],
        ["gap", 8, "movies DLQ", "QuotaExhausted"],
        ["gap", 8, "movies DLQ", "QuotaExhausted"]
      ]
    )
    const letters = await lettersOf(here, "movies")
    for (const { cause } of letters) assert.match(cause, /^QuotaExhausted: /)
    here.warm.clearFaults()
    const given = givenTo(here, "EnrichAndStoreMovie")
    await redrive(here, "movies", 2)
    assert.strictEqual(given.length, 2)
    for (const { messageId } of letters) assert.notInclude(given, messageId)
    await expectWhole(here, runDate, 3)
  })

  it("of a movie whose function died at every attempt, so that no gap tells of it", async () => {
    const here = current()
    here.warm.applyFaults({
      at: "function",
      function: "EnrichAndStoreMovie",
      operation: "PutObject",
      times: "always",
      what: { kind: "killBefore" }
    })
    const { runDate } = await here.warm.run({ top: 1 })
    const { end, movies } = await statusOf(here, runDate)
    assert.deepStrictEqual(waitsIn(end), [["1 movie (dead letter)", "dlq redrive movies"]])
    assert.deepInclude(movies[0], { state: "dead letter", attempts: 8, where: "movies DLQ" })
    here.warm.clearFaults()
    await redrive(here, "movies", 1)
    await expectWhole(here, runDate, 1)
  })

  it("of a movie that was enriched each time before its function died, and the letter says so", async () => {
    const here = current()
    here.warm.applyFaults({
      at: "function",
      function: "EnrichAndStoreMovie",
      operation: "PutObject",
      times: "always",
      what: { kind: "killAfter" }
    })
    const { runDate } = await here.warm.run({ top: 1 })
    const [letter] = await lettersOf(here, "movies")
    assert.match(String(letter?.cause), /^the movie is enriched, but /)
    here.warm.clearFaults()
    await redrive(here, "movies", 1)
    await expectWhole(here, runDate, 1)
  })

  it("of a movie that an earlier run of the day enriched: the letter tells why it failed since", async () => {
    const here = current()
    const { runDate } = await here.warm.run({ top: 1 })
    here.warm.omdb.addRule({ answer: { kind: "quota" } })
    await here.warm.run({ runDate, top: 1 })
    const [failed] = await lettersOf(here, "movies")
    assert.match(String(failed?.cause), /^QuotaExhausted: /)
    here.warm.clearFaults()
    await redrive(here, "movies", 1)
    await expectWhole(here, runDate, 1)
  })

  it("whose export failed, one message of the FIFO queue after the other", async () => {
    const here = current()
    here.warm.applyFaults({
      at: "s3",
      operation: "PutObject",
      key: "csv/",
      times: "always",
      what: { kind: "fail", status: 403, code: "AccessDenied" }
    })
    const { runDate } = await here.warm.run({ top: 3 })
    const { end, movies } = await statusOf(here, runDate)
    assert.isTrue(movies.every(({ state }) => state === "enriched"))
    assert.deepStrictEqual(waitsIn(end), [["the export", "dlq redrive exports"]])
    // The others of the run's message group are behind it.
    assert.strictEqual((await lettersOf(here, "exports")).length, 1)
    here.warm.clearFaults()
    await redrive(here, "exports", 3)
    await expectWhole(here, runDate, 3)
  })

  it("whose rows the table did not take", async () => {
    const here = current()
    here.warm.applyFaults({
      at: "dynamodb",
      operation: "PutItem",
      times: "always",
      what: { kind: "fail", status: 400, code: "AccessDeniedException" }
    })
    const { runDate } = await here.warm.run({ top: 3 })
    const { end } = await statusOf(here, runDate)
    const what = "the rows of the table (0 in the table, 3 in the CSV)"
    assert.deepStrictEqual(waitsIn(end), [[what, "dlq redrive loads"]])
    const [letter] = await lettersOf(here, "loads")
    assert.deepInclude(letter, { runDate, about: `csv/run_date=${runDate}/movies.csv` })
    here.warm.clearFaults()
    await redrive(here, "loads", 1)
    await expectWhole(here, runDate, 3)
  })

  it("whose list was no list", async () => {
    const here = current()
    const runDate = here.warm.newRunDate()
    await here.warm.setSourceList('{"items":[],"errorMessage":"Invalid API Key"}')
    await here.warm.run({ runDate, top: 3 })
    const { end } = await statusOf(here, runDate)
    assert.deepStrictEqual(waitsIn(end), [["the roster", "dlq redrive failed-runs"]])
    const [letter] = await lettersOf(here, "failed-runs")
    assert.match(letter?.cause ?? "", /^SourceListUnusable: .*Invalid API Key/)
    await here.warm.setSourceList(await readSourceList(undefined))
    await redrive(here, "failed-runs", 1)
    await expectWhole(here, runDate, 3)
  })
  it("whose event the schedule was not allowed to hand over", async () => {
    const here = current()
    const { iam, program } = here.warm.stack
    const { inputs, outputs } = program.resources.find(({ name }) => name === "daily-policy") ?? {}
    const policy = String(inputs?.["policy"])
    const put = (document: string) => iam.putRolePolicy(String(inputs?.["role"]), String(outputs?.["name"]), document)
    onTestFinished(() => put(policy))
    put(policy.replace("lambda:InvokeFunction", "lambda:GetFunction"))
    const { runDate } = await here.warm.run({ top: 3 })
    const { end } = await statusOf(here, runDate)
    assert.deepStrictEqual(waitsIn(end), [["the roster", "dlq redrive daily"]])
    const [letter] = await lettersOf(here, "daily")
    assert.match(letter?.cause ?? "", /^AccessDeniedException: .*lambda:InvokeFunction/)
    put(policy)
    await redrive(here, "daily", 1)
    await expectWhole(here, runDate, 3)
  })
})
