import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { Archive, type Properties } from "../../engine/Properties.ts"
import { differences, isEqual, resourceDifferences } from "../../plan/differences.ts"
import type { DisplayValue } from "../../plan/displayInputs.ts"
import { declared, type } from "./declaredResource.ts"

const paths = (before: DisplayValue, after: DisplayValue) => differences("input", before, after).map(({ path }) => path)

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
    assert.strictEqual(differences("input", one, other).length === 0, isEqual(one, other))
  })
})

const placed = async (inputs: Properties, secrets: ReadonlyArray<string> = []) => ({
  ...(await declared(type.function, "Worker", inputs, secrets)),
  within: ["PipelineFunction Worker"]
})

const archive = (files: Readonly<Record<string, string>>) =>
  new Archive(new Map(Object.entries(files).map(([name, text]) => [name, Buffer.from(text)])))

describe("how a resource differs from what it was", () => {
  it("shows of a secret only that it changed, and of one that did not, nothing", async () => {
    const one = await placed({ environment: { variables: { KEY: "hush" } } }, ["environment"])
    const other = await placed({ environment: { variables: { KEY: "silence" } } }, ["environment"])
    const open = await placed({ environment: { variables: { KEY: "hush!" } } })
    assert.deepStrictEqual(resourceDifferences(one, other), [{ path: "environment", secret: true }])
    assert.deepStrictEqual(resourceDifferences(one, open), [{ path: "environment", secret: true }])
    assert.deepStrictEqual(resourceDifferences(one, one), [])
  })

  it("shows code by its size, also where another content has the same", async () => {
    const code = (text: string, map = "{}") => placed({ code: archive({ "index.mjs": text, "index.mjs.map": map }) })
    assert.deepStrictEqual(resourceDifferences(await code("1"), await code("12", "[]")), [
      { path: "code (index.mjs)", before: "1 bytes", after: "2 bytes" }
    ])
    assert.deepStrictEqual(resourceDifferences(await code("1"), await code("2")), [
      { path: "code (index.mjs)", before: "1 bytes", after: "1 bytes, other content" }
    ])
    assert.deepStrictEqual(resourceDifferences(await code("1"), await code("1", "[]")), [
      { path: "code (index.mjs.map)", before: "2 bytes", after: "2 bytes, other content" }
    ])
  })

  it("takes a source map for the same where only the way to node_modules is another", async () => {
    const at = (way: string) =>
      placed({ code: archive({ "index.mjs.map": `{"sources":["${way}node_modules/effect/a.js","handlers/b.ts"]}` }) })
    assert.deepStrictEqual(resourceDifferences(await at(""), await at("../../another/checkout/")), [])
  })

  it("reads the JSON of a policy, and shows the statement's part that changed", async () => {
    const policy = (resource: string) =>
      placed({ policy: JSON.stringify({ Statement: [{ Action: ["a"], Resource: [resource] }, { Action: ["b"] }] }) })
    assert.deepStrictEqual(resourceDifferences(await policy("x"), await policy("y")), [
      { path: "policy.Statement[0].Resource[0]", before: "x", after: "y" }
    ])
  })

  it("shows another component, another protection, and what it waits for beyond its inputs", async () => {
    const before = await placed({ role: "<role worker>" })
    const urn = (name: string) => `urn:pulumi:dev::test::test:C$aws:iam/rolePolicy:RolePolicy::${name}`
    const after = {
      ...before,
      within: ["WorkQueue movies"],
      protect: true,
      dependencies: [urn("policy"), "urn:pulumi:dev::test::aws:iam/role:Role::worker"]
    }
    assert.deepStrictEqual(resourceDifferences(before, after), [
      { path: "(in)", before: "PipelineFunction Worker", after: "WorkQueue movies" },
      { path: "(protected)", before: false, after: true },
      { path: "(waits for)[0]", after: "rolePolicy policy" }
    ])
  })
})
