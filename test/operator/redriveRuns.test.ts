import { assert, describe, it } from "@effect/vitest"
import { parse } from "csv-parse/sync"
import { onTestFinished } from "vitest"
import { csvKey, enrichedKey, enrichedPrefix } from "../../domain/keys.ts"
import type { RunDate } from "../../domain/RunDate.ts"
import { readDayRows } from "../../local/run/RunResult.ts"
import type { DeadLetter } from "../../operator/dlq/DeadLetter.ts"
import type { RunStatus } from "../../operator/status/formatStatus.ts"
import { type OperatedStack, useOperatedStack } from "./OperatedStack.ts"

/** Replaces the schedule's permission to invoke the function. Returns what restores it. */
const removeInvokePermission = ({ shared: { stack } }: OperatedStack) => {
  const { inputs, outputs } = stack.program.resources.find(({ name }) => name === "daily-policy") ?? {}
  const policy = String(inputs?.["policy"])
  const put = (document: string) =>
    stack.iam.putRolePolicy(String(inputs?.["role"]), String(outputs?.["name"]), document)
  const restore = () => put(policy)
  onTestFinished(restore)
  put(policy.replace("lambda:InvokeFunction", "lambda:GetFunction"))
  return restore
}

const rejectCsv = ({ shared }: OperatedStack) => {
  const failure = { kind: "fail", status: 403, code: "AccessDenied" } as const
  shared.applyFaults({ at: "aws", operation: "PutObject", key: "csv/", times: "always", what: failure })
  return () => shared.clearFaults()
}

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

  it.each([
    {
      title: "the export messages of a run, of which dlq show reads the first of the message group",
      cause: rejectCsv,
      waitsFor: "the export",
      queue: "exports" as const,
      count: 3
    },
    {
      title: "an event that the schedule was not allowed to deliver",
      cause: removeInvokePermission,
      waitsFor: "the roster",
      queue: "daily" as const,
      count: 1
    }
  ])("completes a run by redriving $title", async ({ cause, waitsFor, queue, count }) => {
    const operated = current()
    const { etl, shared } = operated
    const resolveCause = cause(operated)
    const { runDate } = await shared.run({ top: 3 })
    const { end }: RunStatus = JSON.parse((await etl("status", runDate, "--json")).stdout)
    const command = `dlq redrive ${queue}`
    assert.deepInclude(end.state === "unfinished" ? end.waitsFor[0] : end, { what: waitsFor, queue, command })
    const { messages } = JSON.parse((await etl("dlq", "show", queue, "--json")).stdout)
    assert.deepStrictEqual(
      messages.map((message: DeadLetter) => message.runDate),
      [runDate]
    )

    resolveCause()
    const { code, stdout, stderr } = await etl("dlq", "redrive", queue, "--yes", "--json")
    assert.deepStrictEqual([code, stderr], [0, ""])
    assert.deepStrictEqual(JSON.parse(stdout).queues, [{ queue, redriven: count, left: [] }])
    await shared.stack.lambda.idle()
    await expectCompleteOnce(operated, runDate, 3)
  })
})
