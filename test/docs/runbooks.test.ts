import { globSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, beforeAll, describe, it } from "@effect/vitest"
import { declaredProgram } from "../infra/declaredProgram.ts"

const root = new URL("../..", import.meta.url).pathname
const read = (path: string) => readFileSync(join(root, path), "utf8")
const pages = readdirSync(join(root, "docs/runbooks"))

describe("the runbooks", () => {
  /** The page that the description or the tags of each alarm and budget name, by its logical name. */
  let pageOf: ReadonlyMap<string, string>
  beforeAll(async () => {
    const alarms = (await declaredProgram()).resources.filter(({ type }) => /(metricAlarm|budgets\/budget):/.test(type))
    const pageIn = (text: string) => /docs\/runbooks\/([a-z-]+\.md)/.exec(text)?.[1] ?? "none"
    pageOf = new Map(
      alarms.map(({ name, inputs: { alarmDescription, tags } }) => [
        name,
        pageIn(JSON.stringify([alarmDescription, tags]))
      ])
    )
  })

  it("have one page for each alarm and budget", () => {
    assert.isAtLeast(pageOf.size, 13)
    assert.sameMembers([...new Set(pageOf.values())], pages)
  })

  describe.each(pages)("%s", (page) => {
    const text = read(`docs/runbooks/${page}`)

    it("names the alarms that link to it", () => {
      const [, list = ""] = /^Alarms?: (.+)$/m.exec(text) ?? []
      const alarms = [...pageOf].filter(([, linked]) => linked === page).map(([name]) => `\`${name}\``)
      assert.sameMembers(list.split(", "), alarms)
    })

    it("has the sections that describe, diagnose and resolve the alarm", () => {
      assert.match(text, /^# .+\n/)
      assert.deepStrictEqual(text.match(/^## .+$/gm), ["## What it means", "## Diagnose", "## Resolve"])
    })

    it("names only errors and functions that the code has", () => {
      const code = globSync("{domain,services,report,handlers}/**/*.ts", { cwd: root }).map(
        (path) => `${path}\n${read(path)}`
      )
      for (const [, name = ""] of text.matchAll(/`\.?((?!AccessDenied)[A-Z][a-z]+[A-Z]\w*)`/g))
        assert.include(code.join("\n"), name)
    })
  })
})
