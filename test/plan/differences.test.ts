import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { Archive, type Properties } from "../../engine/Properties.ts"
import { differences, isEqual, resourceDifferences } from "../../plan/differences.ts"
import { declared, type } from "./declaredResource.ts"

describe("differences", () => {
  it.each([
    [
      "names the innermost key",
      { variables: { A: "1", B: "2" } },
      { variables: { A: "1", B: "3", "c d": "4" } },
      [
        { path: "input.variables.B", before: "2", after: "3" },
        { path: 'input.variables["c d"]', after: "4" }
      ]
    ],
    ["shows an inserted entry only", ["b", "c"], ["a", "b", "c"], [{ path: "input[0]", after: "a" }]],
    ["shows a deleted entry only", ["a", "b", "c"], ["a", "c"], [{ path: "input[1]", before: "b" }]],
    [
      "names the key inside a changed entry",
      [{ a: 1, b: 1 }, "x"],
      [{ a: 1, b: 2 }, "x"],
      [{ path: "input[0].b", before: 1, after: 2 }]
    ],
    [
      "shows the whole list where only its order differs",
      ["a", "b"],
      ["b", "a"],
      [{ path: "input", before: ["a", "b"], after: ["b", "a"] }]
    ]
  ])("%s", (_, before, after, expected) => {
    assert.deepStrictEqual(differences("input", before, after), expected)
  })

  it.prop("returns none exactly where the values are equal", [Schema.Json, Schema.Json], ([one, other]) => {
    assert.deepStrictEqual(differences("input", one, structuredClone(one)), [])
    assert.strictEqual(differences("input", one, other).length === 0, isEqual(one, other))
  })
})

const placed = (inputs: Properties, secrets: ReadonlyArray<string> = []) => ({
  ...declared(type.function, "Worker", inputs, secrets),
  within: ["Stage Worker"]
})

const code = (files: Readonly<Record<string, string>>) =>
  placed({ code: new Archive(new Map(Object.entries(files).map(([name, text]) => [name, Buffer.from(text)]))) })

describe("resourceDifferences", () => {
  it("shows that a secret changed, and no value", () => {
    const one = placed({ environment: { variables: { KEY: "hush" } } }, ["environment"])
    const other = placed({ environment: { variables: { KEY: "silence" } } }, ["environment"])
    const plain = placed({ environment: { variables: { KEY: "hush!" } } })
    assert.deepStrictEqual(resourceDifferences(one, other), [{ path: "environment", secret: true }])
    assert.deepStrictEqual(resourceDifferences(one, plain), [{ path: "environment", secret: true }])
    assert.deepStrictEqual(resourceDifferences(plain, one), [{ path: "environment", secret: true }])
    assert.deepStrictEqual(resourceDifferences(one, one), [])
  })

  it("shows code by its size", () => {
    const before = code({ "index.mjs": "1" })
    const changes = (text: string) => resourceDifferences(before, code({ "index.mjs": text }))
    assert.deepStrictEqual(changes("12"), [{ path: "code (index.mjs)", before: "1 bytes", after: "2 bytes" }])
    assert.deepStrictEqual(changes("2"), [
      { path: "code (index.mjs)", before: "1 bytes", after: "1 bytes, different content" }
    ])
    assert.deepStrictEqual(changes("1"), [])
  })

  it("parses a policy and names the changed part of its statement", () => {
    const policy = (resource: string) =>
      placed({ policy: JSON.stringify({ Statement: [{ Action: ["a"], Resource: [resource] }, { Action: ["b"] }] }) })
    assert.deepStrictEqual(resourceDifferences(policy("x"), policy("y")), [
      { path: "policy.Statement[0].Resource[0]", before: "x", after: "y" }
    ])
  })

  it("shows a change of component and of protection", () => {
    const before = placed({ role: "<role worker>" })
    assert.deepStrictEqual(resourceDifferences(before, { ...before, within: ["Queue movies"], protect: true }), [
      { path: "(in)", before: "Stage Worker", after: "Queue movies" },
      { path: "(protected)", before: false, after: true }
    ])
  })
})
