import { readFile } from "node:fs/promises"
import { stripVTControlCharacters } from "node:util"
import { assert, describe, it } from "@effect/vitest"
import { RunDate } from "../../domain/RunDate.ts"
import { readSourceList } from "../../local/run/sourceList.ts"
import { operating } from "./operating.ts"

const page = new URL("../../docs/operating.md", import.meta.url)

interface Example {
  readonly args: ReadonlyArray<string>
  readonly output: string
}

const examplesIn = (markdown: string): ReadonlyArray<Example> =>
  [...markdown.matchAll(/^```console\n\$ npm run etl -- (.*)\n((?:.*\n)*?)```$/gm)].map(
    ([, line = "", output = ""]) => ({
      args: line.split(" "),
      output: output.trimEnd()
    })
  )

/** As it stands in the page, whatever the port and the time. */
const settled = (text: string): string =>
  text
    .replace(/ --port \d+/g, "")
    .replace(/port \d+/g, "port 4566")
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "2026-11-21T06:00:00Z")

describe("docs/operating.md", () => {
  const { current } = operating()

  it("shows what its commands say", async () => {
    const { warm, etlBy } = current()
    const { lambda } = warm.stack
    const enough = { kind: "quota" } as const
    warm.omdb.addRule({ imdbId: "tt0068646", answer: enough })
    warm.omdb.addRule({ imdbId: "tt0468569", answer: enough })
    await warm.run({ runDate: RunDate.make("2026-11-21"), top: 3 })

    /** What happens before a command of the page. */
    const meanwhile: Readonly<Record<string, () => Promise<unknown>>> = {
      "dlq redrive movies --local --yes": async () => warm.clearFaults(),
      "status 2026-11-22 --local": async () => {
        await lambda.idle()
        if ((await warm.objects("runs/run_date=2026-11-22/")).size > 0) return
        await warm.setSourceList('{"items":[],"errorMessage":"Invalid API Key"}')
        await warm.run({ runDate: RunDate.make("2026-11-22"), top: 3 })
      },
      "dlq redrive failed-runs --local --yes": async () => warm.setSourceList(await readSourceList(undefined))
    }
    const examples = examplesIn(await readFile(page, "utf8"))
    assert.isAbove(examples.length, 5)
    for (const { args, output } of examples) {
      await lambda.idle()
      await meanwhile[args.join(" ")]?.()
      const { stdout, stderr } = await etlBy({ width: 100, keys: [] }, ...args.filter((arg) => arg !== "--local"))
      const said = settled([stripVTControlCharacters(stdout), stderr].filter((text) => text !== "").join("\n"))
      assert.strictEqual(said, output, args.join(" "))
    }
  })
})
