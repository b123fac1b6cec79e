import { readFile } from "node:fs/promises"
import { assert, describe, it } from "@effect/vitest"
import { faults } from "./faults.ts"

const page = await readFile(new URL("../../docs/failures.md", import.meta.url), "utf8")

/** The cells of each row of the page's tables, without their heads. */
const rows = page
  .split("\n")
  .filter((line) => line.startsWith("|") && !/^\| (fault|---) \|/.test(line))
  .map((line) => line.split(" | ").map((cell) => cell.replace(/^\| | \|$/g, "").trim()))

describe("docs/failures.md", () => {
  it("has a row for every fault of the matrix, in its order, with what happens then, and no other", () => {
    assert.deepStrictEqual(
      rows.map(([fault, end]) => [fault, end]),
      Object.values(faults).flatMap((family) => Object.entries(family))
    )
  })

  it("says in each row what one sees and what to do", () => {
    for (const row of rows) {
      assert.strictEqual(row.length, 4, row[0])
      assert.isTrue(
        row.every((cell) => cell !== ""),
        row[0]
      )
    }
  })
})
