import { assert, describe, it } from "@effect/vitest"
import { Archive, type Properties } from "../../../engine/values.ts"
import { resourceDifferences } from "../../../plan/change/resourceDifferences.ts"
import { declared, type } from "../declared.ts"

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
