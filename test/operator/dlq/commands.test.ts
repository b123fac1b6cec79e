import { chmod, readFile, rm, writeFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import { SendMessageCommand } from "@aws-sdk/client-sqs"
import { assert, describe, it } from "@effect/vitest"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import { beforeEach, onTestFinished } from "vitest"
import { command } from "../../../operator/main.ts"
import { runInProcess } from "../../support/runInProcess.ts"
import { temporaryDirectory } from "../../support/temporaryDirectory.ts"
import { useOperatedStack } from "../OperatedStack.ts"

describe("npm run etl -- dlq", () => {
  const { current, etl, etlOn } = useOperatedStack()
  beforeEach(() => current().forgetRuns())

  const queueUrl = (logical: string) => current().stack.names.queues.find((each) => each.logical === logical)?.url ?? ""
  const visibleIn = async (logical: string) => (await current().stack.cloud.queues.depth(queueUrl(logical))).visible

  /** Sends messages to the dead-letter queue of the movies, and returns their ids. */
  const sendDeadLetters = (...bodies: ReadonlyArray<object>) => {
    const QueueUrl = queueUrl("movies-dead-letters")
    const send = async (body: object) => {
      const command = new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(body) })
      return `${(await current().stack.cloud.clients.sqs.send(command)).MessageId}`
    }
    return Promise.all(bodies.map(send))
  }

  const request = (runDate: string) => ({ version: 1, type: "export", runDate })

  it("lists the numbers of dead letters and of messages of the source queues", async () => {
    await sendDeadLetters(request("2026-11-21"))
    // S3's test events, which a new notification sends.
    await current().stack.lambda.idle()
    const { queues } = JSON.parse((await etl("dlq", "list", "--json")).stdout)
    const empty = { visible: 0, hidden: 0 }
    assert.deepStrictEqual(
      queues.map(({ name, visible, hidden, source }: Record<string, unknown>) => [name, { visible, hidden }, source]),
      [
        ["daily", empty, undefined],
        ["failed-runs", empty, undefined],
        ["movies", { visible: 1, hidden: 0 }, empty],
        ["exports", empty, empty],
        ["loads", empty, empty],
        ["reports", empty, empty]
      ]
    )
    const one = JSON.parse((await etl("dlq", "list", "movies", "--json")).stdout)
    assert.deepStrictEqual(one.queues, [queues[2]])
  })

  it("shows one dead letter by the beginning of its id, with its payload", async () => {
    const [id = ""] = await sendDeadLetters(request("2026-11-21"), request("2026-11-22"))
    const { code, stdout } = await etl("dlq", "show", "--id", id.slice(0, 8))
    assert.strictEqual(code, 0)
    assert.match(
      stdout,
      new RegExp(`^${id} in movies, sent \\S+Z, run 2026-11-21\nAbout: export request\nCause: see the`)
    )
    assert.match(stdout, /\n\{\n {2}"version": 1,\n {2}"type": "export",\n {2}"runDate": "2026-11-21"\n\}$/)
  })

  it("deletes selected messages, or those of a queue, after a confirmation", async () => {
    const ids = await sendDeadLetters(request("2026-11-21"), request("2026-11-22"), request("2026-11-23"))
    const remove = (keys: ReadonlyArray<string>, ...args: ReadonlyArray<string>) =>
      etlOn({ width: 100, keys }, "dlq", "delete", ...args)

    const no = await remove(["n"], "movies")
    assert.match(no.prompt, /Delete 3 of movies \(the local cloud on port \d+\)\? They cannot be restored\./)
    assert.deepStrictEqual([no.code, no.stdout], [0, "Nothing was deleted."])
    const two = await remove(["y"], "--id", `${ids[0]}`, "--id", `${ids[2]}`)
    assert.match(two.stdout, /movies .* 2 /)
    const { messages } = JSON.parse((await etl("dlq", "show", "--json")).stdout)
    assert.deepStrictEqual(
      messages.map(({ messageId }: { messageId: string }) => messageId),
      [ids[1]]
    )
    const all = await etl("dlq", "delete", "movies", "--yes", "--json")
    assert.deepStrictEqual(JSON.parse(all.stdout).queues, [{ queue: "movies", deleted: 1, left: [] }])
    assert.strictEqual((await etl("dlq", "delete", "movies")).stdout, "There is nothing to delete.")
  })

  /** Redrives the dead letter with `--edit` and an editor that runs the script, or with `--payload` and a file. */
  const redriveEdited = async (how: "--edit" | "--payload", id: string, text: string) => {
    const folder = await temporaryDirectory()
    const [editor, file] = [join(folder, "editor"), join(folder, "payload.json")]
    await writeFile(file, text)
    await writeFile(editor, `#!/bin/sh\n[ "$1" = --wait ] && cat '${file}' > "$2"\n`)
    await chmod(editor, 0o755)
    const provider = ConfigProvider.fromEnv({ env: { VISUAL: `${editor} --wait` } })
    const option = how === "--edit" ? ["--edit"] : ["--payload", file]
    const port = new URL(current().stack.cloud.endpoint).port
    const args = ["dlq", "redrive", "movies", "--id", id, ...option, "--local", "--port", port]
    const redrive = Effect.provideService(command(args), ConfigProvider.ConfigProvider, provider)
    return runInProcess(redrive, { width: 100, keys: ["y"] })
  }

  it.each(["--edit", "--payload"] as const)("redrives a message with the payload of %s", async (how) => {
    const [id = ""] = await sendDeadLetters(request("2026-11-21"))
    const { code, prompt } = await redriveEdited(how, id, JSON.stringify(request("2026-11-22"), undefined, 2))
    assert.strictEqual(code, 0)
    assert.include(prompt, "Redrive 1 of movies, with the edited payload (")
    await current().stack.lambda.idle()
    assert.include(current().messages(), JSON.stringify(request("2026-11-22")))
    assert.strictEqual(await visibleIn("movies-dead-letters"), 0)
  })

  it.each(["--edit", "--payload"] as const)("refuses an invalid payload of %s and keeps the message", async (how) => {
    const [id = ""] = await sendDeadLetters(request("2026-11-21"))
    const { code, stdout, stderr } = await redriveEdited(how, id, JSON.stringify(request("2026-02-30")))
    assert.deepStrictEqual([code, stdout], [1, ""])
    const reason = 'The payload is not valid for movies: Expected a day of the calendar at ["runDate"]'
    assert.isTrue(stderr.startsWith(reason), stderr)
    const [, kept] = /It is kept: --payload (\S+)$/.exec(stderr) ?? []
    assert.strictEqual(kept !== undefined, how === "--edit")
    if (kept !== undefined) {
      onTestFinished(() => rm(dirname(kept), { recursive: true }))
      assert.deepStrictEqual(JSON.parse(await readFile(kept, "utf8")), request("2026-02-30"))
    }
    assert.strictEqual(await visibleIn("movies-dead-letters"), 1)
  })

  it("redrives nothing when the editor leaves the payload unchanged", async () => {
    // It need not be valid.
    const [id = ""] = await sendDeadLetters(request("2026-02-30"))
    const unchanged = `${JSON.stringify(request("2026-02-30"), undefined, 2)}\n`
    const { code, stdout } = await redriveEdited("--edit", id, unchanged)
    assert.deepStrictEqual([code, stdout], [0, "The payload was not changed: nothing was redriven."])
    assert.strictEqual(await visibleIn("movies-dead-letters"), 1)
  })

  it.each([
    [["delete", "--yes"], /^Name a queue, or messages with --id: see dlq list and dlq show\.$/],
    [["redrive", "movies", "--edit"], /^--edit needs exactly one --id: see dlq show\.$/],
    [
      ["redrive", "--id", "1234", "--id", "5678", "--payload", "-"],
      /^--payload needs exactly one --id: see dlq show\.$/
    ],
    [["redrive", "--id", "1234", "--edit", "--payload", "-"], /^Choose one of --edit and --payload\.$/],
    [
      ["show", "--id", "1234"],
      /^No dead letter that can be read now has an id that begins with "1234": see dlq show\.$/
    ],
    [["show", "--id", "1"], /"1"[^\n]+\.$/]
  ])("exits with 1 and one sentence: %j", async (args, sentence) => {
    const { code, stdout, stderr } = await etl("dlq", ...args)
    assert.deepStrictEqual([code, stdout], [1, ""])
    assert.match(stderr, sentence)
  })

  it("refuses --edit without a terminal", async () => {
    const [id = ""] = await sendDeadLetters(request("2026-11-21"))
    const { code, stderr } = await etl("dlq", "redrive", "--id", id, "--edit", "--yes")
    assert.deepStrictEqual([code, stderr], [1, "There is no terminal for an editor: use --payload FILE."])
  })
})
