import { readdirSync, readFileSync } from "node:fs"
import { writeFile } from "node:fs/promises"
import { join } from "node:path"
import { SendMessageCommand } from "@aws-sdk/client-sqs"
import { assert, describe, it } from "@effect/vitest"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import { csvKey } from "../../domain/keys.ts"
import { RunDate } from "../../domain/RunDate.ts"
import { connectionHelp } from "../../local/run/dev.ts"
import { command } from "../../operator/main.ts"
import { useOperatedStack } from "../operator/OperatedStack.ts"
import { runInProcess } from "../support/runInProcess.ts"
import { temporaryDirectory } from "../support/temporaryDirectory.ts"
import { runAws } from "./awsCommand.ts"
import { recordCommands } from "./recordCommands.ts"

const docs = new URL("../../docs/", import.meta.url)
const pages = ["operating.md", ...readdirSync(new URL("runbooks", docs)).map((page) => `runbooks/${page}`)]

/** Today: logs of an earlier day would not be found. */
const runDate = RunDate.make(new Date().toISOString().slice(0, 10))

describe("the commands of the pages, on the local cloud", () => {
  const { current } = useOperatedStack()
  const settings = () => {
    const { endpoint, region, admin } = current().stack.cloud
    return { endpoint, region, credentials: admin }
  }

  /** Sends a message to a dead-letter queue, and returns its id. */
  const sendDeadLetter = async (queue: string) => {
    const { cloud, names } = current().stack
    const { physical: bucket } = names.buckets[0] ?? { physical: "" }
    const { physical: name } = names.functions.find(({ logical }) => logical.startsWith("GetMovies")) ?? {
      physical: ""
    }
    const bodies: Readonly<Record<string, object>> = {
      movies: { version: 1, type: "export", runDate },
      loads: {
        Records: [
          {
            eventName: "ObjectCreated:Put",
            s3: {
              bucket: { name: bucket },
              object: { key: csvKey(runDate).replace("=", "%3D"), sequencer: "A", size: 1 }
            }
          }
        ]
      },
      "failed-runs": {
        requestContext: {
          functionArn: `arn:aws:lambda:${cloud.region}:${cloud.accountId}:function:${name}`,
          condition: ""
        },
        requestPayload: { runDate, top: 2 }
      }
    }
    const logical = queue === "failed-runs" ? queue : `${queue}-dead-letters`
    const QueueUrl = names.queues.find((each) => each.logical === logical)?.url
    const MessageBody = JSON.stringify(bodies[queue])
    return `${(await cloud.clients.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }))).MessageId}`
  }

  /** Runs an `etl` command of a page, with a dead letter for those that handle them. */
  const rehearse = async (words: ReadonlyArray<string>) => {
    const line = words.join(" ")
    const port = new URL(settings().endpoint).port
    const args = line.replace("--stack dev", `--local --port ${port}`).split(" ")
    const [name = "", action = "", queue = ""] = args
    const isRedrive = name === "dlq" && (action === "redrive" || action === "delete")
    if (isRedrive || (name === "dlq" && action === "show")) {
      const id = await sendDeadLetter(queue)
      if (args.includes("--id")) args[args.indexOf("--id") + 1] = id
    }
    if (args.includes("--payload")) {
      const file = join(await temporaryDirectory(), "message.json")
      await writeFile(file, JSON.stringify({ version: 1, type: "export", runDate }))
      args[args.indexOf("--payload") + 1] = file
    }
    const yes = isRedrive || name === "run" ? ["--yes"] : []
    const editor = ConfigProvider.fromEnv({ env: { VISUAL: "true" } })
    const result = await runInProcess(
      Effect.provideService(command([...args, ...yes]), ConfigProvider.ConfigProvider, editor),
      { width: 100, keys: [] }
    )
    await current().stack.lambda.idle()
    if (name === "pause" || name === "resume") {
      return assert.match(result.stderr, /^Name a deployed stack with --stack NAME: /, line)
    }
    // 2: a dead letter is left, of another command.
    assert.include(name === "status" ? [0, 2] : [0], result.code, `${line}: ${result.stderr}`)
    assert.notMatch(result.stdout, /There is nothing to/, line)
  }

  it.each(pages)("of docs/%s work", async (page) => {
    const { forgetRuns, run, stack } = current()
    await forgetRuns()
    await run({ runDate, top: 2 })
    const text = readFileSync(new URL(page, docs), "utf8").replaceAll(/2026-11-2[12]/g, runDate)
    const calls = recordCommands(text, stack.program.outputs, runDate)
    let rehearsed = 0
    for (const [tool, ...args] of calls) {
      if (tool === "aws") await runAws(args, settings())
      else if (tool === "npm" && args[1] === "etl") {
        if (page !== "operating.md") assert.include(args.join(" "), " --stack dev")
        await rehearse(args.slice(3))
      } else continue
      rehearsed++
    }
    assert.isAbove(rehearsed, 0)
  })

  it("that npm run dev prints work, each with the endpoint", async () => {
    await current().run({ runDate, top: 1 })
    const help = connectionHelp(current().stack)
    const examples = help.match(/^ {2}aws .*$/gm) ?? []
    const calls = recordCommands(`\`\`\`sh\n${examples.join("\n")}\n\`\`\``, {}, runDate)
    assert.strictEqual(calls.length, 4)
    for (const [, ...args] of calls) {
      assert.deepStrictEqual(args.slice(0, 2), ["--endpoint-url", settings().endpoint])
      await runAws(args, settings())
    }
    for (const { physical } of current().stack.names.functions) assert.include(help, physical)
  })
})
