import { spawnSync } from "node:child_process"
import { readFileSync, writeFileSync } from "node:fs"
import { delimiter, join } from "node:path"
import { QueryCommand, type QueryCommandInput } from "@aws-sdk/client-dynamodb"
import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { DatasetNotification } from "../../domain/DatasetNotification.ts"
import { useSharedStack } from "../local/sharedStack.ts"
import { createAthenaViews, duckDbOver } from "../support/athenaViews.ts"
import { temporaryDirectory } from "../support/temporaryDirectory.ts"

const page = readFileSync(new URL("../../docs/using-the-data.md", import.meta.url), "utf8")
const blocks = (language: string, heading = ""): ReadonlyArray<string> => {
  const section = page.split(/^(?=## )/m).filter((text) => text.startsWith(`## ${heading}`))
  return [...section.join("").matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, "gm"))].map(
    ([, code = ""]) => code
  )
}

/** The arguments of each `aws` command in the page's shell blocks, as bash passes them on. */
const awsCommands = async (variables: Readonly<Record<string, string>>) => {
  const folder = await temporaryDirectory()
  writeFileSync(
    join(folder, "aws"),
    `#!/bin/sh\nprintf '%s\\037' "$@" >> '${folder}/calls'\nprintf '\\036' >> '${folder}/calls'\n`,
    {
      mode: 0o755
    }
  )
  const script = blocks("sh").filter((block) => !block.includes("npm run"))
  const env = { PATH: `${folder}${delimiter}${process.env["PATH"]}`, ...variables }
  const { status, stderr } = spawnSync("bash", ["-euo", "pipefail", "-c", script.join("\n")], { env, encoding: "utf8" })
  assert.strictEqual(status, 0, stderr)
  return readFileSync(join(folder, "calls"), "utf8")
    .split("\u001e")
    .map((call) => call.split("\u001f").slice(0, -1))
    .filter((call) => call.length > 0)
}

/** `--table-name T` as `{ TableName: "T" }`: the AWS CLI derives its options from the API's parameters. */
const inputOf = (options: ReadonlyArray<string>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    options.flatMap((option, index) => {
      if (!option.startsWith("--")) return []
      const name = option.replaceAll(/-+(\w)/g, (_, letter: string) => letter.toUpperCase())
      const value = options[index + 1] ?? ""
      return [[name, value.startsWith("{") ? JSON.parse(value) : value]]
    })
  )

describe("docs/using-the-data.md", () => {
  const { current } = useSharedStack()
  const movies = 3

  /** The files of a run on the local cloud, by key. */
  const run = async () => {
    await current().forgetRuns()
    const runDate = current().newRunDate()
    await current().run({ runDate, top: movies })
    const objects = [...(await current().objects())]
    return { runDate, files: new Map(objects.filter(([key]) => key.startsWith("latest/") || key.includes(runDate))) }
  }

  it("shows SQL that runs in DuckDB and, on the declared views, in Athena", async () => {
    const { runDate, files: ofRun } = await run()
    // Some examples go back from today.
    const today = new Date().toISOString().slice(0, 10)
    const files = new Map(
      [...ofRun].map(([key, body]) => [key.replace(runDate, today), body.replaceAll(runDate, today)])
    )
    const folder = await temporaryDirectory()
    const examples = { DuckDB: await duckDbOver(folder, files), Athena: await duckDbOver(folder, files) }
    await createAthenaViews(examples.Athena, current().stack.program.resources)
    for (const [heading, query] of Object.entries(examples)) {
      const all = blocks("sql", heading)
      assert.isAtLeast(all.length, 3, heading)
      for (const sql of all) assert.isNotEmpty(await query(sql), sql)
    }
  })

  it("shows aws commands that find the items and the files of a run", async () => {
    const { runDate, files } = await run()
    const { stack } = current()
    const commands = await awsCommands({
      BUCKET: "bucket",
      TABLE: stack.names.tables[0]?.physical ?? "",
      ...{ TOPIC: "topic", WORKGROUP: "workgroup", SQL: "SELECT 1" }
    })
    const found = []
    for (const [service = "", operation = "", ...options] of commands) {
      const [, target = ""] = /^s3:\/\/bucket\/(.*)$/.exec(options[0]?.replace("2026-11-21", runDate) ?? "") ?? []
      if (service === "s3") {
        const isFound = (key: string) => (operation === "ls" ? key.startsWith(target) : key === target)
        assert.isTrue([...files.keys()].some(isFound), target)
      }
      if (service !== "dynamodb") continue
      const input = inputOf(options.map((option) => option.replace(/2026-11-\d\d/, runDate)))
      const { Items } = await stack.cloud.clients.dynamoDb.send(new QueryCommand(input as unknown as QueryCommandInput))
      found.push(Items?.filter((item) => item["runDate"]?.S === runDate).length)
    }
    assert.deepStrictEqual(found, [movies, 1])
  })

  it("shows a message of the topic", () => {
    const [message = ""] = blocks("json", "A subscriber")
    const decode = Schema.decodeUnknownSync(Schema.fromJsonString(DatasetNotification), { onExcessProperty: "error" })
    assert.strictEqual(decode(message).version, 1)
  })
})
