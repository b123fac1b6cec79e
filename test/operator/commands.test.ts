import { stripVTControlCharacters } from "node:util"
import { SendMessageCommand } from "@aws-sdk/client-sqs"
import { assert, describe, it } from "@effect/vitest"
import { beforeEach, onTestFinished, vi } from "vitest"
import { ImdbId } from "../../domain/ImdbId.ts"
import { pathWithPulumi } from "./exampleStack.ts"
import { etl as etlAnywhere, useOperatedStack } from "./OperatedStack.ts"

describe("npm run etl", () => {
  const { current, etl, etlOn } = useOperatedStack()

  const queueUrl = (logical: string) => current().stack.names.queues.find((each) => each.logical === logical)?.url ?? ""
  const visibleIn = async (logical: string) => (await current().stack.cloud.queues.depth(queueUrl(logical))).visible

  /** Sends a message directly to a dead-letter queue. */
  const sendDeadLetter = (logical: string, body: unknown) => {
    const MessageBody = typeof body === "string" ? body : JSON.stringify(body)
    return current().stack.cloud.clients.sqs.send(new SendMessageCommand({ QueueUrl: queueUrl(logical), MessageBody }))
  }

  const failureRecord = (functionArn: string, requestPayload: unknown) => ({
    requestContext: { functionArn, condition: "EventAgeExceeded" },
    requestPayload
  })

  const stageOneRecord = (event: object) => {
    const { cloud, names } = current().stack
    const found = names.functions.find(({ logical }) => logical === "GetMoviesAndSendToQueue")
    return failureRecord(`arn:aws:lambda:${cloud.region}:${cloud.accountId}:function:${found?.physical}:$LATEST`, event)
  }

  // Another test of the process may have run a later date.
  beforeEach(() => current().forgetRuns())

  it("shows the latest run without a date, in a table that fits the terminal", async () => {
    const { applyFaults, run } = current()
    applyFaults({ at: "omdb", imdbId: ImdbId.make("tt0068646"), what: { kind: "unknownMovie" } })
    await run({ top: 1 })
    const { runDate } = await run({ top: 2 })
    const { code, stdout, stderr } = await etlOn({ width: 84, keys: [] }, "status")
    assert.deepStrictEqual([code, stderr], [2, `Run ${runDate} is not complete: 1 of 2 movies are gaps.`])
    const text = stripVTControlCharacters(stdout)
    assert.isAtMost(Math.max(...text.split("\n").map((line) => line.length)), 84)
    assert.match(text, /│ 1 │ The Shawshank {7}│ enriched │/)
    assert.match(text, /│ 2 │ The Godfather {7}│ gap {6}│ {8}1 │ gaps\/… {5}│ MovieNotFound/)
    assert.include(text, "Gaps without a dead letter: run the date again")
  })

  it("prints the run status of a deployed stack as one JSON document", async () => {
    const { run, stack } = current()
    const { runDate } = await run({ top: 1 })
    const { endpoint, region, admin } = stack.cloud
    const environment = {
      PATH: await pathWithPulumi(JSON.stringify(stack.program.outputs)),
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: admin.accessKeyId,
      AWS_SECRET_ACCESS_KEY: admin.secretAccessKey
    }
    onTestFinished(() => void vi.unstubAllEnvs())
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value)
    const { code, stdout, stderr } = await etlAnywhere(["status", "--stack", "dev", "--json"])
    assert.deepStrictEqual([code, stderr], [0, ""])
    const movie = { imdbId: "tt0111161", rank: 1, title: "The Shawshank Redemption", state: "enriched" }
    assert.deepStrictEqual(JSON.parse(stdout), {
      stack: "stack dev",
      schedulePaused: false,
      runDate,
      total: 1,
      end: { state: "complete", csvKey: `csv/run_date=${runDate}/movies.csv`, tableItems: 1 },
      movies: [{ ...movie, where: `enriched/run_date=${runDate}/tt0111161.json` }],
      alsoDead: []
    })
  })

  it("leaves the messages that dlq show reads visible, more than ten too", async () => {
    for (let count = 0; count < 12; count++) await sendDeadLetter("movies-dead-letters", `message ${count}`)
    const { messages } = JSON.parse((await etl("dlq", "show", "movies", "--json")).stdout)
    assert.strictEqual(new Set(messages.map(({ about }: { about: string }) => about)).size, 12)
    assert.strictEqual(await visibleIn("movies-dead-letters"), 12)
  })

  it("shows dead letters of other runs, which affect the exit code only without a date", async () => {
    const { runDate } = await current().run({ top: 1 })
    await sendDeadLetter("failed-runs", failureRecord("arn", { runDate: "2020-11-20" }))
    const dated = await etl("status", runDate)
    assert.deepStrictEqual([dated.code, dated.stderr], [0, ""])
    assert.match(
      dated.stdout,
      /^Other dead letter in failed-runs, run 2020-11-20: {"runDate":"2020-11-20"}: EventAgeExceeded\n {2}Once the cause is resolved: npm run etl -- dlq redrive failed-runs --local/m
    )
    const { code, stderr } = await etl("status")
    assert.deepStrictEqual([code, stderr], [2, `Run ${runDate} is complete, but there is 1 dead letter to inspect.`])
  })

  it("finds the latest run by the dead letter of its event if the run has no roster", async () => {
    await sendDeadLetter("failed-runs", failureRecord("arn", { runDate: "2031-01-01" }))
    const { code, stdout } = await etl("status")
    assert.strictEqual(code, 2)
    assert.match(stdout, /^Run 2031-01-01 \(.*\n.*\n {2}the roster: dead letter in failed-runs: /)
  })

  it("redrives after a confirmation, and nothing after a no or Ctrl-C", async () => {
    const runDate = current().newRunDate()
    await sendDeadLetter("failed-runs", stageOneRecord({ runDate, top: 1 }))
    const redrive = (...keys: ReadonlyArray<string>) => etlOn({ width: 120, keys }, "dlq", "redrive", "failed-runs")

    const no = await redrive("n")
    assert.match(no.prompt, /Redrive 1 of failed-runs \(the local cloud on port \d+\)\?/)
    assert.deepStrictEqual([no.code, no.stdout], [0, "Nothing was redriven."])
    assert.strictEqual((await redrive()).code, 130)
    assert.strictEqual(await visibleIn("failed-runs"), 1)

    const yes = await redrive("y")
    assert.strictEqual(yes.code, 0)
    assert.match(stripVTControlCharacters(yes.stdout), /│ failed-runs │ {8}1 │/)
    await current().stack.lambda.idle()
    assert.strictEqual((await etl("status", runDate)).code, 0)
  })

  it("redrives the export messages and the export request of a run, which dlq show reads", async () => {
    const { applyFaults, clearFaults, run, stack } = current()
    const failure = { kind: "fail", status: 403, code: "AccessDenied" } as const
    applyFaults({ at: "aws", operation: "PutObject", key: "csv/", times: "always", what: failure })
    const { runDate } = await run({ top: 3 })
    const { messages, unseen } = JSON.parse((await etl("dlq", "show", "exports", "--json")).stdout)
    // Export messages that arrive before every movie has an object are acknowledged, so their number varies.
    assert.isAtLeast(messages.length, 2)
    assert.strictEqual(unseen, 0)
    clearFaults()
    const { code, stdout } = await etl("dlq", "redrive", "exports", "--yes", "--json")
    assert.deepStrictEqual(
      [code, JSON.parse(stdout).queues],
      [0, [{ queue: "exports", redriven: messages.length, left: [] }]]
    )
    await stack.lambda.idle()
    assert.strictEqual((await etl("status", runDate)).code, 0)
  })

  it.each([[[]], [["--json"]]])("redrives nothing without a terminal and --yes: %j", async (flags) => {
    await sendDeadLetter("movies-dead-letters", "a message")
    const { code, stdout, stderr } = await etl("dlq", "redrive", ...flags)
    assert.deepStrictEqual([code, stdout], [1, ""])
    assert.match(stderr, /^Redrive 1 of movies \(.*\)\? There is no terminal to confirm on: add --yes\.$/)
    assert.strictEqual(await visibleIn("movies-dead-letters"), 1)
  })

  it("does not prompt if all dead-letter queues are empty", async () => {
    const { code, stdout } = await etl("dlq", "redrive")
    assert.deepStrictEqual([code, stdout], [0, "There is nothing to redrive."])
    assert.strictEqual((await etl("dlq", "show")).stdout, "All dead-letter queues are empty.")
  })

  it("keeps an event that is unreadable, for a function of another stack, or not accepted by Lambda", async () => {
    const { cloud } = current().stack
    const { functions } = cloud
    onTestFinished(() => {
      cloud.functions = functions
    })
    cloud.functions = { ...functions, has: () => false }
    const other = failureRecord("arn:aws:lambda:eu-central-1:000000000000:function:other", {})
    for (const body of ["no record", other, stageOneRecord({})]) await sendDeadLetter("failed-runs", body)
    const { code, stdout, stderr } = await etl("dlq", "redrive", "--yes")
    assert.deepStrictEqual([code, stderr], [2, "3 messages could not be redriven."])
    assert.include(stdout, "its event cannot be read")
    assert.include(stdout, "function:other did not accept the event: it is not a function of this stack")
    assert.include(stdout, "ResourceNotFoundException")
    assert.strictEqual(await visibleIn("failed-runs"), 3)
  })
})

describe("npm run etl with wrong arguments", () => {
  it.each([
    [["status"], /^Choose a target: --local \(npm run dev\) or --stack NAME\.$/],
    [["status", "--local", "--stack", "dev"], /^Choose a target: [^\n]+$/],
    [["status", "2026-02-30", "--local"], /"2026-02-30"\. Expected: a (date|day) [^\n]+$/],
    [["stats", "--local"], /^Unknown command "stats"\. Did you mean status\? Run npm run etl -- --help[^\n]+$/]
  ])("exits with 1 and one sentence: %j", async (args, sentence) => {
    const { code, stdout, stderr } = await etlAnywhere(args)
    assert.deepStrictEqual([code, stdout], [1, ""])
    assert.match(stderr, sentence)
  })

  it.each([[[]], [["dlq", "redrive", "--help"]]])("shows help: %j", async (args) => {
    const { code, stdout, stderr } = await etlAnywhere(args)
    assert.deepStrictEqual([code, stderr], [0, ""])
    assert.match(stdout, /USAGE\n {2}npm run etl --/)
  })
})
