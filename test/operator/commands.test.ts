import { stripVTControlCharacters } from "node:util"
import { SendMessageCommand } from "@aws-sdk/client-sqs"
import { assert, describe, it } from "@effect/vitest"
import { onTestFinished } from "vitest"
import { etl, type OperatedStack, startOperatedStack } from "./OperatedStack.ts"

const urlOf = ({ warm: { stack } }: OperatedStack, logical: string): string =>
  stack.names.queues.find((queue) => queue.logical === logical)?.url ?? ""

/** Puts a message straight into a dead-letter queue. */
const bury = async (here: OperatedStack, logical: string, body: unknown, attributes: Record<string, string> = {}) => {
  const url = urlOf(here, logical)
  const command = new SendMessageCommand({
    QueueUrl: url,
    MessageBody: typeof body === "string" ? body : JSON.stringify(body),
    MessageAttributes: Object.fromEntries(
      Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: "String", StringValue }])
    ),
    ...(url.endsWith(".fifo") ? { MessageGroupId: "g", MessageDeduplicationId: "d" } : {})
  })
  await here.warm.stack.cloud.clients.sqs.send(command)
}

const visibleIn = async (here: OperatedStack, logical: string): Promise<number> =>
  (await here.warm.stack.cloud.queues.depth(urlOf(here, logical))).visible

/** The ARN of the function that begins a run. */
const stageOne = ({ warm: { stack } }: OperatedStack): string => {
  const found = stack.names.functions.find(({ logical }) => logical === "GetMoviesAndSendToQueue")
  return `arn:aws:lambda:${stack.cloud.region}:${stack.cloud.accountId}:function:${found?.physical}`
}

const failureOf = (functionArn: string, requestPayload: unknown) => ({
  version: "1.0",
  requestContext: { requestId: "r", functionArn, condition: "EventAgeExceeded", approximateInvokeCount: 0 },
  requestPayload
})

describe("the operator's commands", () => {
  const { current } = startOperatedStack()

  it("tell of the latest run if no date is given, in a table that fits the terminal", async () => {
    const { warm, etlBy } = current()
    const reason = { kind: "custom", status: 200, body: '{"Response":"False","Error":"Incorrect IMDb ID."}' } as const
    warm.omdb.addRule({ imdbId: "tt0068646", answer: reason })
    await warm.run({ top: 1 })
    const { runDate } = await warm.run({ top: 2 })
    const { code, stdout, stderr } = await etlBy({ width: 84, keys: [] }, "status")
    assert.strictEqual(code, 2)
    assert.strictEqual(stderr, `Run ${runDate} is not complete: 1 of 2 movies are gaps.`)
    const lines = stripVTControlCharacters(stdout).split("\n")
    assert.isAtMost(Math.max(...lines.map((line) => line.length)), 84)
    assert.match(lines.join("\n"), /│ 1 │ The Shawshank {7}│ enriched │/)
    assert.match(lines.join("\n"), /│ 2 │ The Godfather {7}│ gap {6}│ {8}1 │ gaps\/… {5}│ MovieNotFound/)
    assert.include(lines.join("\n"), "Gaps without a dead letter: run the date again")
  })

  it("tell the same to a script, in one document", async () => {
    const { warm, etl } = current()
    const { runDate } = await warm.run({ top: 1 })
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

  it("tell of a date that nobody has run, and that it is not complete", async () => {
    const { code, stdout, stderr } = await current().etl("status", "2020-02-29")
    assert.strictEqual(code, 2)
    assert.include(stdout, "the roster: nothing is in progress: run the date again")
    assert.strictEqual(stderr, "Run 2020-02-29 is not complete: waiting for the roster.")
  })

  it("count dead letters, and tell what is in them where nothing can be read", async () => {
    const here = current()
    for (const logical of ["movies-dead-letters", "exports-dead-letters", "loads-dead-letters", "failed-runs"]) {
      await bury(here, logical, `not for ${logical}`)
    }
    await bury(here, "daily-dead-letters", "no event")
    const list = await here.etl("dlq", "list", "--json")
    assert.deepStrictEqual(
      JSON.parse(list.stdout).queues.map(({ name, visible, hidden }: Record<string, unknown>) => [
        name,
        visible,
        hidden
      ]),
      ["daily", "failed-runs", "movies", "exports", "loads"].map((name) => [name, 1, 0])
    )
    assert.match((await here.etl("dlq", "list")).stdout, /│ movies {6}│ {8}1 │ movies that were not enriched/)
    const { code, stdout } = await here.etl("dlq", "show")
    assert.strictEqual(code, 0)
    for (const said of [
      "no event │ not a JSON event",
      "not a failure record of Lambda",
      "not a movie message",
      "not an export message",
      "not an S3 notification of a CSV"
    ]) {
      assert.include(stdout.replace(/ +/g, " "), said)
    }
  })

  it("leave what they look at as it is: to be received by others at once", async () => {
    const here = current()
    for (let count = 0; count < 12; count++) await bury(here, "movies-dead-letters", `message ${count}`)
    const { stdout } = await here.etl("dlq", "show", "movies", "--json")
    assert.strictEqual(new Set(JSON.parse(stdout).messages.map(({ about }: { about: string }) => about)).size, 12)
    assert.strictEqual(await visibleIn(here, "movies-dead-letters"), 12)
  })

  it("mention the dead letters of other runs beside a run's own end", async () => {
    const here = current()
    const { runDate } = await here.warm.run({ top: 1 })
    await bury(here, "failed-runs", failureOf("arn", { runDate: "2020-11-20" }))
    const { code, stdout } = await here.etl("status", runDate)
    assert.strictEqual(code, 0)
    assert.include(
      stdout,
      'Other dead letter in failed-runs, run 2020-11-20: {"runDate":"2020-11-20"}: EventAgeExceeded'
    )
    assert.match(stdout, /Once the cause is resolved: npm run etl -- dlq redrive failed-runs --local/)
  })

  it("say that not all is in order where one asks of no date, and anything is dead", async () => {
    const here = current()
    const { runDate } = await here.warm.run({ top: 1 })
    await bury(here, "movies-dead-letters", "nobody knows")
    const { code, stderr } = await here.etl("status")
    assert.strictEqual(code, 2)
    assert.strictEqual(stderr, `Run ${runDate} is complete, but there is 1 dead letter to inspect.`)
  })

  it("find the run that is missing this morning by its event's dead letter", async () => {
    const here = current()
    await here.warm.run({ top: 1 })
    await bury(here, "failed-runs", failureOf("arn", { runDate: "2031-01-01" }))
    const { code, stdout } = await here.etl("status")
    assert.strictEqual(code, 2)
    assert.match(stdout, /^Run 2031-01-01 \(/)
    assert.match(
      stdout,
      /the roster: dead letter in failed-runs: .*\n\s+Once the cause is resolved: npm run etl -- dlq redrive failed-runs/
    )
  })

  it("redrive after a question, and do nothing where the answer is no or Ctrl-C", async () => {
    const here = current()
    const runDate = here.warm.newRunDate()
    await bury(here, "failed-runs", failureOf(`${stageOne(here)}:$LATEST`, { runDate, top: 1 }))
    const redrive = (...keys: ReadonlyArray<string>) =>
      here.etlBy({ width: 120, keys }, "dlq", "redrive", "failed-runs")

    const no = await redrive("n")
    assert.match(no.asked, /Redrive 1 of failed-runs \(the local cloud on port \d+\)\?/)
    assert.deepStrictEqual([no.code, no.stdout], [0, "Nothing was redriven."])
    assert.strictEqual((await redrive()).code, 130)
    assert.strictEqual(await visibleIn(here, "failed-runs"), 1)

    const yes = await redrive("y")
    assert.strictEqual(yes.code, 0)
    assert.match(stripVTControlCharacters(yes.stdout), /│ failed-runs │ {8}1 │/)
    await here.warm.stack.lambda.idle()
    assert.strictEqual((await here.etl("status", runDate)).code, 0)
  })

  it.each([[[]], [["--json"]]])("redrive nothing unasked where nobody can be asked: %j", async (flags) => {
    const here = current()
    await bury(here, "movies-dead-letters", "a message")
    const { code, stdout, stderr } = await here.etl("dlq", "redrive", ...flags)
    assert.deepStrictEqual([code, stdout], [1, ""])
    assert.match(stderr, /^Redrive 1 of movies \(.*\)\? There is no terminal to confirm on: add --yes to redrive\.$/)
    assert.strictEqual(await visibleIn(here, "movies-dead-letters"), 1)
  })

  it("ask nothing where there is nothing to redrive", async () => {
    const { code, stdout } = await current().etl("dlq", "redrive")
    assert.deepStrictEqual([code, stdout], [0, "There is nothing to redrive."])
  })

  it("leave an event that cannot be read, or that is for a function of somebody else, and say so", async () => {
    const here = current()
    await bury(here, "failed-runs", "no record")
    await bury(here, "failed-runs", failureOf("arn:aws:lambda:eu-central-1:000000000000:function:theirs", {}))
    const { code, stdout, stderr } = await here.etl("dlq", "redrive", "--yes")
    assert.deepStrictEqual([code, stderr], [2, "2 messages could not be redriven."])
    assert.include(stdout, "its event cannot be read")
    assert.include(stdout, "function:theirs did not accept the event: it is not a function of this stack")
    assert.strictEqual(await visibleIn(here, "failed-runs"), 2)
  })

  it("leave an event that Lambda does not take", async () => {
    const here = current()
    const { functions } = here.warm.stack.cloud
    onTestFinished(() => {
      here.warm.stack.cloud.functions = functions
    })
    here.warm.stack.cloud.functions = { ...functions, has: () => false }
    await bury(here, "daily-dead-letters", { runDate: "2026-11-21" }, { TARGET_ARN: stageOne(here) })
    const { code, stdout } = await here.etl("dlq", "redrive", "daily", "--yes")
    assert.strictEqual(code, 2)
    assert.include(stdout, "ResourceNotFoundException")
    assert.strictEqual(await visibleIn(here, "daily-dead-letters"), 1)
  })
})

describe("wrong usage is one sentence and exit code 1:", () => {
  it.each([
    [["status"], /^Choose a target: --local \(npm run dev\) or --stack NAME\.$/],
    [["status", "--local", "--stack", "dev"], /^Choose a target/],
    [["status", "2026-02-30", "--local"], /"2026-02-30"\. Expected: a day of the calendar\./],
    [["dlq", "show", "moveis", "--local"], /"moveis"\. Expected: "daily" \| "failed-runs" \| "movies"/],
    [["stats", "--local"], /^Unknown command "stats"\. Did you mean status\? Run npm run etl -- --help/],
    [["status", "--local", "--prot", "1"], /--prot/],
    [["status", "--local", "--port", "70000"], /"70000"/],
    [["status", "--local", "--port", "1"], /^No local cloud is running on port 1: start one with npm run dev/]
  ])("%j", async (args, sentence) => {
    const { code, stdout, stderr } = await etl(args)
    assert.deepStrictEqual([code, stdout], [1, ""])
    assert.match(stderr, sentence)
    assert.notInclude(stderr, "\n")
  })

  it.each([[[]], [["--help"]], [["dlq"]], [["dlq", "redrive", "--help"]]])("and %j shows help", async (args) => {
    const { code, stdout, stderr } = await etl(args)
    assert.deepStrictEqual([code, stderr], [0, ""])
    assert.match(stdout, /USAGE\n {2}npm run etl --/)
  })
})
