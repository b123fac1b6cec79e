import { execFileSync } from "node:child_process"
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, beforeAll, describe, it } from "@effect/vitest"
import { declaredProgram, looking } from "../infra/declaredProgram.ts"
import { etl } from "../operator/operating.ts"

const folder = new URL("../../docs/runbooks", import.meta.url).pathname
const pages = new Map(readdirSync(folder).map((file) => [file, readFileSync(join(folder, file), "utf8")]))

describe("the runbooks", () => {
  /** The page that each alarm and budget of the program names, by its logical name. */
  let named: ReadonlyMap<string, string>
  let outputs: ReadonlyArray<string>
  beforeAll(async () => {
    const program = await declaredProgram()
    const see = looking(program.resources)
    const pageIn = (text: unknown) => /docs\/runbooks\/([a-z-]+\.md)/.exec(String(text))?.[1] ?? "none"
    named = new Map([
      ...see
        .of("aws:cloudwatch/metricAlarm:MetricAlarm")
        .map(({ name, inputs }) => [name, pageIn(inputs["alarmDescription"])] as const),
      ...see
        .of("aws:budgets/budget:Budget")
        .map(({ name, inputs }) => [name, pageIn(JSON.stringify(inputs["tags"]))] as const)
    ])
    outputs = Object.keys(program.outputs)
  })

  it("have a page for every alarm, and an alarm for every page", () => {
    assert.isAtLeast(named.size, 13)
    assert.sameMembers([...new Set(named.values())], [...pages.keys()])
  })

  it("name on each page exactly the alarms that lead there", () => {
    for (const [file, text] of pages) {
      const [, list = ""] = /^Alarms?: (.+)$/m.exec(text) ?? []
      const alarms = [...named].filter(([, page]) => page === file).map(([name]) => name)
      assert.sameMembers(
        [...list.matchAll(/`([^`]+)`/g)].map(([, name]) => name),
        alarms,
        file
      )
    }
  })

  it("say on each page what it means, where to look and what to do, in this order", () => {
    for (const [file, text] of pages) {
      assert.match(text, /^# .+\n/, file)
      assert.deepStrictEqual(text.match(/^## .+$/gm), ["## What it means", "## Look", "## Do"], file)
    }
  })

  it("ask only for outputs that the stack has, and link only pages that are there", () => {
    for (const [file, text] of pages) {
      for (const [, output] of text.matchAll(/stack output (\w+)/g)) assert.include(outputs, output, file)
      for (const [, page = ""] of text.matchAll(/\]\(([^)#:]+)\)/g)) assert.isTrue(existsSync(join(folder, page)), page)
    }
  })

  it("name the operator's commands as they are, each with its stack", async () => {
    for (const [file, text] of pages) {
      for (const [whole, line = ""] of text.matchAll(/npm run etl -- ([^`\n]*?)(?= *[`\n]| +#)/g)) {
        assert.match(line, / --stack dev$/, `${file}: ${whole}`)
        const args = line.replace('"$(date -u +%F)"', "2026-11-21").replace("--stack dev", "--local --port 1")
        const { stderr } = await etl(args.split(" "))
        assert.match(stderr, /^No local cloud is up on port 1:/, `${file}: ${whole}`)
      }
    }
  })

  it("hold commands that a shell can read", () => {
    for (const [file, text] of pages) {
      const blocks = [...text.matchAll(/^ *```sh\n([\s\S]*?)^ *```$/gm)].map(([, block = ""]) => block)
      assert.isNotEmpty(blocks, file)
      for (const block of blocks) execFileSync("bash", ["-n"], { input: block })
    }
  })
})
