import { assert, describe, it } from "@effect/vitest"
import { parse } from "csv-parse/sync"
import { onTestFinished } from "vitest"
import { csvKey, enrichedKey, enrichedPrefix } from "../../domain/keys.ts"
import type { RunDate } from "../../domain/RunDate.ts"
import type { Fault } from "../../local/faults/FaultSchedule.ts"
import { readDayRows } from "../../local/run/RunResult.ts"
import type { DeadLetter } from "../../operator/dlq/DeadLetter.ts"
import type { DeadLetterQueueName } from "../../operator/dlq/DeadLetterQueue.ts"
import type { RunStatus } from "../../operator/status/formatStatus.ts"
import { type OperatedStack, useOperatedStack } from "./OperatedStack.ts"

interface Failure {
  readonly title: string
  /** Makes the run fail. Returns what repairs it, for a cause that `clearFaults` does not clear. */
  readonly cause: (stack: OperatedStack, runDate: RunDate) => unknown
  readonly top: number
  readonly waitsFor: string
  readonly queue: DeadLetterQueueName
  readonly deadLetter: { readonly cause?: RegExp; readonly about?: RegExp }
  /** Messages in the queue; of a FIFO queue, `dlq show` reads only the first of the run. */
  readonly count: number
}

const fault =
  (fault: Fault): Failure["cause"] =>
  ({ shared }) =>
    shared.applyFaults(fault)

const killFault = (type: "killBefore" | "killAfter"): Failure["cause"] =>
  fault({
    at: "function",
    function: "EnrichAndStoreMovie",
    operation: "PutObject",
    times: "always",
    what: { kind: type }
  })

/** Takes the schedule's permission to invoke the function. */
const removeInvokePermission: Failure["cause"] = ({ shared: { stack } }) => {
  const { inputs, outputs } = stack.program.resources.find(({ name }) => name === "daily-policy") ?? {}
  const policy = String(inputs?.["policy"])
  const put = (document: string) =>
    stack.iam.putRolePolicy(String(inputs?.["role"]), String(outputs?.["name"]), document)
  const restore = () => put(policy)
  onTestFinished(restore)
  put(policy.replace("lambda:InvokeFunction", "lambda:GetFunction"))
  return restore
}

const failures: ReadonlyArray<Failure> = [
  {
    title: "a movie whose function was killed before it wrote the gap",
    cause: killFault("killBefore"),
    top: 1,
    waitsFor: "1 movie (dead letter)",
    queue: "movies",
    deadLetter: { cause: /^no gap was written: / },
    count: 1
  },
  {
    title: "a movie whose function was killed after it wrote the enriched object",
    cause: killFault("killAfter"),
    top: 1,
    waitsFor: "the export",
    queue: "movies",
    deadLetter: { cause: /^the movie is enriched, but / },
    count: 1
  },
  {
    title: "a movie that an earlier run of the date enriched",
    cause: async ({ shared }, runDate) => {
      await shared.run({ runDate, top: 1 })
      shared.omdb.addRule({ failure: { kind: "quota" } })
    },
    top: 1,
    waitsFor: "",
    queue: "movies",
    deadLetter: { cause: /^QuotaExhausted: / },
    count: 1
  },
  {
    title: "the export messages of a run, which are in one message group",
    cause: fault({
      at: "s3",
      operation: "PutObject",
      key: "csv/",
      times: "always",
      what: { kind: "fail", status: 403, code: "AccessDenied" }
    }),
    top: 3,
    waitsFor: "the export",
    queue: "exports",
    deadLetter: { cause: /^see the log of ExportMoviesToCsv$/ },
    count: 3
  },
  {
    title: "the load of a CSV whose rows the table rejected",
    cause: fault({
      at: "dynamodb",
      operation: "PutItem",
      times: "always",
      what: { kind: "fail", status: 400, code: "AccessDeniedException" }
    }),
    top: 3,
    waitsFor: "the rows of the table (0 in the table, 3 in the CSV)",
    queue: "loads",
    deadLetter: { about: /^csv\/run_date=.*\/movies\.csv$/ },
    count: 1
  },
  {
    title: "an event that the schedule was not allowed to deliver",
    cause: removeInvokePermission,
    top: 3,
    waitsFor: "the roster",
    queue: "daily",
    deadLetter: { cause: /^AccessDeniedException: .*lambda:InvokeFunction/ },
    count: 1
  }
]

/** Expects the run to be complete, with one object, one CSV row and one item for each movie, and all queues empty. */
const expectCompleteOnce = async ({ shared, etl }: OperatedStack, runDate: RunDate, total: number): Promise<void> => {
  const { code, stdout, stderr } = await etl("status", runDate, "--json")
  assert.deepStrictEqual([code, stderr], [0, ""])
  const { end, movies }: RunStatus = JSON.parse(stdout)
  assert.deepStrictEqual(end, { state: "complete", csvKey: csvKey(runDate), tableItems: total })

  const ids = movies.map(({ imdbId }) => imdbId)
  assert.strictEqual(new Set(ids).size, total)
  const keys = [...(await shared.objects(enrichedPrefix(runDate))).keys()]
  assert.sameMembers(
    keys,
    ids.map((id) => enrichedKey(runDate, id))
  )
  const csv = (await shared.objects(csvKey(runDate))).get(csvKey(runDate)) ?? ""
  const rows: ReadonlyArray<Record<string, string>> = parse(csv, { columns: true })
  const items = await readDayRows(shared.stack, runDate)
  assert.deepStrictEqual([rows.map((row) => row["imdb_id"]), items.map(({ imdbId }) => imdbId)], [ids, ids])
  for (const { logical, url } of shared.stack.names.queues) {
    const { visible, blocked, inFlight, delayed } = await shared.stack.cloud.queues.depth(url)
    assert.deepStrictEqual([visible, blocked, inFlight.length, delayed.length], [0, 0, 0, 0], logical)
  }
}

describe("dlq redrive", () => {
  const { current } = useOperatedStack()

  it.each(failures)("completes the run with $title", async ({ cause, top, waitsFor, queue, deadLetter, count }) => {
    const operated = current()
    const { etl, shared } = operated
    const runDate = shared.newRunDate()
    const repair = await cause(operated, runDate)
    await shared.run({ runDate, top })

    const status = await etl("status", runDate, "--json")
    const { end }: RunStatus = JSON.parse(status.stdout)
    const waits = end.state === "unfinished" ? end.waitsFor.map(({ what }) => what).join() : ""
    assert.strictEqual(waits, waitsFor)
    const messages: ReadonlyArray<DeadLetter> = JSON.parse((await etl("dlq", "show", queue, "--json")).stdout).messages
    assert.deepStrictEqual(
      messages.map((message) => message.runDate),
      [runDate]
    )
    assert.match(messages[0]?.cause ?? "", deadLetter.cause ?? /./)
    assert.match(messages[0]?.about ?? "", deadLetter.about ?? /./)

    shared.clearFaults()
    if (typeof repair === "function") repair()
    const { code, stdout, stderr } = await etl("dlq", "redrive", queue, "--yes", "--json")
    assert.deepStrictEqual([code, stderr], [0, ""])
    assert.deepStrictEqual(JSON.parse(stdout).queues, [{ queue, redriven: count, left: [] }])
    await shared.stack.lambda.idle()
    await expectCompleteOnce(operated, runDate, top)
  })
})
