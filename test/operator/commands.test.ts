import { stripVTControlCharacters } from "node:util"
import { SendMessageCommand } from "@aws-sdk/client-sqs"
import { assert, describe, it } from "@effect/vitest"
import { onTestFinished } from "vitest"
import { ImdbId } from "../../domain/ImdbId.ts"
import { etl, type OperatedStack, useOperatedStack } from "./OperatedStack.ts"

const queueUrl = ({ shared: { stack } }: OperatedStack, logical: string): string =>
  stack.names.queues.find((queue) => queue.logical === logical)?.url ?? ""

/** Sends a message directly to a dead-letter queue. */
const sendDeadLetter = async (operated: OperatedStack, logical: string, body: unknown, targetArn?: string) => {
  const url = queueUrl(operated, logical)
  const command = new SendMessageCommand({
    QueueUrl: url,
    MessageBody: typeof body === "string" ? body : JSON.stringify(body),
    ...(targetArn && { MessageAttributes: { TARGET_ARN: { DataType: "String", StringValue: targetArn } } }),
    ...(url.endsWith(".fifo") && { MessageGroupId: "g", MessageDeduplicationId: "d" })
  })
  await operated.shared.stack.cloud.clients.sqs.send(command)
}

const visibleIn = async (operated: OperatedStack, logical: string): Promise<number> =>
  (await operated.shared.stack.cloud.queues.depth(queueUrl(operated, logical))).visible

const stageOneArn = ({ shared: { stack } }: OperatedStack): string => {
  const found = stack.names.functions.find(({ logical }) => logical === "GetMoviesAndSendToQueue")
  return `arn:aws:lambda:${stack.cloud.region}:${stack.cloud.accountId}:function:${found?.physical}`
}

const failureRecord = (functionArn: string, requestPayload: unknown) => ({
  version: "1.0",
  requestContext: { requestId: "r", functionArn, condition: "EventAgeExceeded", approximateInvokeCount: 0 },
  requestPayload
})

describe("npm run etl", () => {
  const { current } = useOperatedStack()

  it("shows the latest run without a date, in a table that fits the terminal", async () => {
    const { shared, etlOn } = current()
    shared.applyFaults({ at: "omdb", imdbId: ImdbId.make("tt0068646"), what: { kind: "unknownMovie" } })
    await shared.run({ top: 1 })
    const { runDate } = await shared.run({ top: 2 })
    const { code, stdout, stderr } = await etlOn({ width: 84, keys: [] }, "status")
    assert.deepStrictEqual([code, stderr], [2, `Run ${runDate} is not complete: 1 of 2 movies are gaps.`])
    const text = stripVTControlCharacters(stdout)
    assert.isAtMost(Math.max(...text.split("\n").map((line) => line.length)), 84)
    assert.match(text, /│ 1 │ The Shawshank {7}│ enriched │/)
    assert.match(text, /│ 2 │ The Godfather {7}│ gap {6}│ {8}1 │ gaps\/… {5}│ MovieNotFound/)
    assert.include(text, "Gaps without a dead letter: run the date again")
  })

  it("prints the run status as one JSON document", async () => {
    const { shared, etl } = current()
    const { runDate } = await shared.run({ top: 1 })
    const { code, stdout, stderr } = await etl("status", "--json")
    assert.deepStrictEqual([code, stderr], [0, ""])
    const { stack, ...document } = JSON.parse(stdout)
    assert.match(stack, /^the local cloud on port \d+$/)
    const movie = { imdbId: "tt0111161", rank: 1, title: "The Shawshank Redemption", state: "enriched" }
    assert.deepStrictEqual(document, {
      runDate,
      total: 1,
      end: { state: "complete", csvKey: `csv/run_date=${runDate}/movies.csv`, tableItems: 1 },
      movies: [{ ...movie, where: `enriched/run_date=${runDate}/tt0111161.json` }],
      alsoDead: []
    })
  })

  it("counts dead letters and shows messages that cannot be read", async () => {
    const operated = current()
    const unreadable = {
      "daily-dead-letters": "not a JSON event",
      "failed-runs": "not a failure record of Lambda",
      "movies-dead-letters": "not a movie message",
      "exports-dead-letters": "not an export message",
      "loads-dead-letters": "not an S3 notification of a CSV"
    }
    for (const logical of Object.keys(unreadable)) await sendDeadLetter(operated, logical, `a body in ${logical}`)
    const list = JSON.parse((await operated.etl("dlq", "list", "--json")).stdout)
    assert.deepStrictEqual(
      list.queues.map(({ name, visible, hidden }: Record<string, unknown>) => [name, visible, hidden]),
      ["daily", "failed-runs", "movies", "exports", "loads"].map((name) => [name, 1, 0])
    )
    assert.match((await operated.etl("dlq", "list")).stdout, /│ movies {6}│ {8}1 │ movies that were not enriched/)
    const { code, stdout } = await operated.etl("dlq", "show")
    assert.strictEqual(code, 0)
    for (const [logical, cause] of Object.entries(unreadable)) {
      assert.include(stdout.replace(/ +/g, " "), `a body in ${logical} │ ${cause}`)
    }
  })

  it("leaves the messages that dlq show reads visible, more than ten too", async () => {
    const operated = current()
    for (let count = 0; count < 12; count++) await sendDeadLetter(operated, "movies-dead-letters", `message ${count}`)
    const { messages } = JSON.parse((await operated.etl("dlq", "show", "movies", "--json")).stdout)
    assert.strictEqual(new Set(messages.map(({ about }: { about: string }) => about)).size, 12)
    assert.strictEqual(await visibleIn(operated, "movies-dead-letters"), 12)
  })

  it("shows dead letters of other runs, which affect the exit code only without a date", async () => {
    const operated = current()
    const { runDate } = await operated.shared.run({ top: 1 })
    await sendDeadLetter(operated, "failed-runs", failureRecord("arn", { runDate: "2020-11-20" }))
    const dated = await operated.etl("status", runDate)
    assert.deepStrictEqual([dated.code, dated.stderr], [0, ""])
    assert.match(
      dated.stdout,
      /^Other dead letter in failed-runs, run 2020-11-20: {"runDate":"2020-11-20"}: EventAgeExceeded\n {2}Once the cause is resolved: npm run etl -- dlq redrive failed-runs --local/m
    )
    const { code, stderr } = await operated.etl("status")
    assert.deepStrictEqual([code, stderr], [2, `Run ${runDate} is complete, but there is 1 dead letter to inspect.`])
  })

  it("finds the latest run by the dead letter of its event if the run has no roster", async () => {
    const operated = current()
    await sendDeadLetter(operated, "failed-runs", failureRecord("arn", { runDate: "2031-01-01" }))
    const { code, stdout } = await operated.etl("status")
    assert.strictEqual(code, 2)
    assert.match(stdout, /^Run 2031-01-01 \(.*\n.*\n {2}the roster: dead letter in failed-runs: /)
  })

  it("redrives after a confirmation, and nothing after a no or Ctrl-C", async () => {
    const operated = current()
    const runDate = operated.shared.newRunDate()
    const record = failureRecord(`${stageOneArn(operated)}:$LATEST`, { runDate, top: 1 })
    await sendDeadLetter(operated, "failed-runs", record)
    const redrive = (...keys: ReadonlyArray<string>) =>
      operated.etlOn({ width: 120, keys }, "dlq", "redrive", "failed-runs")

    const no = await redrive("n")
    assert.match(no.prompt, /Redrive 1 of failed-runs \(the local cloud on port \d+\)\?/)
    assert.deepStrictEqual([no.code, no.stdout], [0, "Nothing was redriven."])
    assert.strictEqual((await redrive()).code, 130)
    assert.strictEqual(await visibleIn(operated, "failed-runs"), 1)

    const yes = await redrive("y")
    assert.strictEqual(yes.code, 0)
    assert.match(stripVTControlCharacters(yes.stdout), /│ failed-runs │ {8}1 │/)
    await operated.shared.stack.lambda.idle()
    assert.strictEqual((await operated.etl("status", runDate)).code, 0)
  })

  it.each([[[]], [["--json"]]])("redrives nothing without a terminal and --yes: %j", async (flags) => {
    const operated = current()
    await sendDeadLetter(operated, "movies-dead-letters", "a message")
    const { code, stdout, stderr } = await operated.etl("dlq", "redrive", ...flags)
    assert.deepStrictEqual([code, stdout], [1, ""])
    assert.match(stderr, /^Redrive 1 of movies \(.*\)\? There is no terminal to confirm on: add --yes to redrive\.$/)
    assert.strictEqual(await visibleIn(operated, "movies-dead-letters"), 1)
  })

  it("does not prompt if all dead-letter queues are empty", async () => {
    const { code, stdout } = await current().etl("dlq", "redrive")
    assert.deepStrictEqual([code, stdout], [0, "There is nothing to redrive."])
    assert.strictEqual((await current().etl("dlq", "show")).stdout, "All dead-letter queues are empty.")
  })

  it("keeps an event that is unreadable or for a function of another stack", async () => {
    const operated = current()
    await sendDeadLetter(operated, "failed-runs", "no record")
    const other = failureRecord("arn:aws:lambda:eu-central-1:000000000000:function:other", {})
    await sendDeadLetter(operated, "failed-runs", other)
    const { code, stdout, stderr } = await operated.etl("dlq", "redrive", "--yes")
    assert.deepStrictEqual([code, stderr], [2, "2 messages could not be redriven."])
    assert.include(stdout, "its event cannot be read")
    assert.include(stdout, "function:other did not accept the event: it is not a function of this stack")
    assert.strictEqual(await visibleIn(operated, "failed-runs"), 2)
  })

  it("keeps an event that Lambda does not accept", async () => {
    const operated = current()
    const { cloud } = operated.shared.stack
    const { functions } = cloud
    onTestFinished(() => {
      cloud.functions = functions
    })
    cloud.functions = { ...functions, has: () => false }
    await sendDeadLetter(operated, "daily-dead-letters", { runDate: "2026-11-21" }, stageOneArn(operated))
    const { code, stdout } = await operated.etl("dlq", "redrive", "daily", "--yes")
    assert.strictEqual(code, 2)
    assert.include(stdout, "ResourceNotFoundException")
    assert.strictEqual(await visibleIn(operated, "daily-dead-letters"), 1)
  })
})

describe("npm run etl with wrong arguments", () => {
  it.each([
    [["status"], /^Choose a target: --local \(npm run dev\) or --stack NAME\.$/],
    [["status", "--local", "--stack", "dev"], /^Choose a target: /],
    [["status", "2026-02-30", "--local"], /"2026-02-30"\. Expected: a (date|day) /],
    [["stats", "--local"], /^Unknown command "stats"\. Did you mean status\? Run npm run etl -- --help/],
    [["status", "--local", "--port", "70000"], /"70000"/]
  ])("exits with 1 and one sentence: %j", async (args, sentence) => {
    const { code, stdout, stderr } = await etl(args)
    assert.deepStrictEqual([code, stdout], [1, ""])
    assert.match(stderr, sentence)
    assert.notInclude(stderr, "\n")
  })

  it.each([[[]], [["--help"]], [["dlq"]], [["dlq", "redrive", "--help"]]])("shows help: %j", async (args) => {
    const { code, stdout, stderr } = await etl(args)
    assert.deepStrictEqual([code, stderr], [0, ""])
    assert.match(stdout, /USAGE\n {2}npm run etl --/)
  })
})
