import { assert, describe, it } from "@effect/vitest"
import { onTestFinished } from "vitest"
import { RunDate } from "../../../domain/RunDate.ts"
import type { CallEvent } from "../../../local/cloud/cloudEvents.ts"
import { useSharedStack } from "../sharedStack.ts"

/** The most calls of a function in a run of `movies` movies, by service and operation. More calls make a run slower and cost more. */
const budgets: Readonly<Record<string, (movies: number, batches: number) => Readonly<Record<string, number>>>> = {
  GetMoviesAndSendToQueue: (movies) => ({
    "s3:GetObject": 1,
    "s3:PutObject": 1,
    "sqs:SendMessageBatch": 1 + Math.ceil(movies / 10)
  }),
  // Two execution environments at most, each with a key of its own. The last message is the export request.
  EnrichAndStoreMovie: (movies) => ({
    "s3:GetObject": movies,
    "s3:PutObject": movies,
    "sqs:SendMessageBatch": movies + 1,
    "secretsmanager:GetSecretValue": 2
  }),
  // A batch looks for one movie, and where that has an object it reads the roster and lists twice; the complete one also
  // reads every movie and finds the CSV.
  ExportMoviesToCsv: (movies, batches) => ({
    "s3:HeadObject": 3 * batches,
    "s3:GetObject": 2 * batches + movies,
    "s3:ListObjectsV2": 2 * batches + 1,
    "s3:PutObject": 2
  }),
  LoadCsvToDynamoDb: (movies) => ({ "s3:GetObject": 2, "dynamodb:PutItem": movies, "dynamodb:Query": 1 }),
  // Of the first run: one more GetObject for each of up to 30 earlier CSVs.
  PublishReport: () => ({ "s3:GetObject": 8, "s3:ListObjectsV2": 3, "s3:PutObject": 11, "sns:Publish": 1 })
}

/** Lambda's own, under the function's role. */
const ofTheMapping = /^sqs:(ReceiveMessage|DeleteMessageBatch|GetQueueAttributes)$/

describe("a run's calls", () => {
  const { current } = useSharedStack()

  // Each date is before those of all runs in the same account.
  it.each([
    [10, RunDate.make("2001-01-02")],
    [25, RunDate.make("2001-01-01")]
  ])("of %s movies stay within the budget of each function", async (movies, runDate) => {
    const { stack, run, omdb } = current()
    const functions = stack.program.resources.filter(({ type }) => type === "aws:lambda/function:Function")
    const calls: Record<string, Record<string, number>> = {}
    const count = ({ principal, service, operation }: CallEvent) => {
      const name = functions.find(({ inputs }) => inputs["role"] === principal)?.name
      if (name === undefined || ofTheMapping.test(`${service}:${operation}`)) return
      const ofFunction = calls[name] ?? {}
      ofFunction[`${service}:${operation}`] = (ofFunction[`${service}:${operation}`] ?? 0) + 1
      calls[name] = ofFunction
    }
    stack.cloud.events.on("call", count)
    onTestFinished(() => void stack.cloud.events.off("call", count))
    const before = stack.lambda.invocations()
    assert.isTrue((await run({ top: movies, runDate })).complete)
    const exports = stack.names.functions.find(({ logical }) => logical === "ExportMoviesToCsv")?.physical ?? ""
    const batches = (stack.lambda.invocations()[exports]?.count ?? 0) - (before[exports]?.count ?? 0)

    assert.strictEqual(omdb.calls.length, movies)
    assert.sameMembers(Object.keys(calls), Object.keys(budgets))
    for (const [name, budget] of Object.entries(budgets)) {
      const allowed = budget(movies, batches)
      for (const [call, times] of Object.entries(calls[name] ?? {})) {
        assert.isAtMost(times, allowed[call] ?? 0, `${call} of ${name}`)
      }
    }
  })
})
