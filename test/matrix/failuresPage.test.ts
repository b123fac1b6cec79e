import { readFile } from "node:fs/promises"
import { assert, describe, it } from "@effect/vitest"

const docs = new URL("../../docs/", import.meta.url)
const page = await readFile(new URL("failures.md", docs), "utf8")

/** The cells of each row of the page's tables, without the table heads. */
const rows = page
  .split("\n")
  .filter((line) => line.startsWith("|") && !/^\| (fault|---) \|/.test(line))
  .map((line) =>
    line
      .slice(1, -1)
      .split(" | ")
      .map((cell) => cell.trim())
  )

/** The title of a test in its source text, also where it stands alone on a line or after a table of cases. */
const hasTitle = (source: string, title: string) => source.includes(`"${title}"`)

describe("docs/failures.md", () => {
  it("has at least 60 rows with a fault, its effect, its signs, the remedy and a test", () => {
    assert.isAtLeast(rows.length, 60)
    for (const row of rows) {
      assert.strictEqual(row.length, 5, row[0])
      assert.isTrue(
        row.every((cell) => cell !== ""),
        row[0]
      )
    }
  })

  it.each(rows.map(([fault = "", , , , test = ""]) => [fault, test] as const))(
    "names an existing test for: %s",
    async (_, test) => {
      const [, title = "", path = ""] = /^\[(.+)\]\((\S+\.test\.ts)\)$/.exec(test) ?? []
      const source = await readFile(new URL(path, docs), "utf8")
      assert.isTrue(hasTitle(source, title), `${path} has no test with the title "${title}"`)
    }
  )

  it("names every whole run of test/matrix", async () => {
    for (const file of ["functions.test.ts", "services.test.ts", "input.test.ts"]) {
      const source = await readFile(new URL(file, import.meta.url), "utf8")
      const titles = [...source.matchAll(/(?:^ {2}it\(|^ {2}\]\)\()"(.+?)", async/gm)].map(([, title = ""]) => title)
      assert.isAtLeast(titles.length, 5)
      for (const title of titles) assert.include(page, `[${title}](../test/matrix/${file})`)
    }
  })
})
