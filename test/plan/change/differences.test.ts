import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { differences, same } from "../../../plan/change/differences.ts"
import type { Shown } from "../../../plan/inputs.ts"

const paths = (before: Shown, after: Shown) => differences("input", before, after).map(({ path }) => path)

describe("what differs between two inputs", () => {
  it("is told as deep down as it can be", () => {
    assert.deepStrictEqual(
      differences("environment", { variables: { A: "1", B: "2" } }, { variables: { A: "1", B: "3", "c d": "4" } }),
      [
        { path: "environment.variables.B", before: "2", after: "3" },
        { path: 'environment.variables["c d"]', after: "4" }
      ]
    )
  })

  it("is one entry of a list where one came, went or changed, whatever comes after it", () => {
    assert.deepStrictEqual(differences("list", ["b", "c"], ["a", "b", "c"]), [{ path: "list[0]", after: "a" }])
    assert.deepStrictEqual(differences("list", ["a", "b", "c"], ["a", "c"]), [{ path: "list[1]", before: "b" }])
    assert.deepStrictEqual(paths([{ a: 1, b: 1 }, "x"], [{ a: 1, b: 2 }, "x"]), ["input[0].b"])
  })

  it("is the whole list where only its order is another", () => {
    assert.deepStrictEqual(differences("list", ["a", "b"], ["b", "a"]), [
      { path: "list", before: ["a", "b"], after: ["b", "a"] }
    ])
  })

  it.prop("is nothing exactly where the two are the same", [Schema.Json, Schema.Json], ([one, other]) => {
    assert.deepStrictEqual(differences("input", one, structuredClone(one)), [])
    assert.strictEqual(differences("input", one, other).length === 0, same(one, other))
  })
})
