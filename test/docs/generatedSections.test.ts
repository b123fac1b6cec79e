import { readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, beforeAll, describe, it } from "@effect/vitest"
import { type Declared, declareStack } from "../../plan/declareStack.ts"
import { dataFlow } from "../../scripts/dataFlow.ts"
import { programSections, replaceSections } from "../../scripts/docSections.ts"
import { mermaid } from "../../scripts/mermaid.ts"
import { declared, output, type } from "../plan/declaredResource.ts"

const root = new URL("../..", import.meta.url).pathname

describe("the pages that the program writes", { timeout: 60_000 }, () => {
  let program: Declared
  beforeAll(async () => {
    program = await declareStack({ root, stack: "dev" })
  }, 60_000)

  it("are current", () => {
    for (const [page, sections] of Object.entries(programSections(program))) {
      const text = readFileSync(join(root, page), "utf8")
      assert.isTrue(
        text === replaceSections(text, sections),
        `${page} is not what the program declares any more: npm run docs writes it anew.`
      )
    }
  })

  it("show each function, queue, bucket, table, secret and schedule of the program", () => {
    const { flows, failures } = dataFlow(program.resources)
    const shown = [...flows, ...failures].flatMap(({ from, to }) => [from.name, to.name])
    const kinds =
      /^aws:(lambda\/function|sqs\/queue|s3\/bucket|dynamodb\/table|secretsmanager\/secret|scheduler\/schedule):/
    const declaredNames = program.resources.filter((each) => kinds.test(each.type)).map(({ name }) => name)
    assert.isAbove(declaredNames.length, 10)
    assert.includeMembers(shown, declaredNames)
  })
})

describe("the diagram", () => {
  const program = async (...actions: ReadonlyArray<string>) => {
    const bucket = await declared(type.bucket, "movies")
    const role = await declared(type.role, "reads-role")
    const Statement = actions.map((Action) => ({
      Effect: "Allow",
      Action,
      Resource: [`${output(bucket, "arn")}/runs/run_date=*/roster.json`, `${output(bucket, "arn")}/enriched/*`]
    }))
    const policy = await declared(type.rolePolicy, "reads-policy", {
      role: output(role, "name"),
      policy: JSON.stringify({ Statement })
    })
    const reads = await declared(type.function, "Reads", { role: output(role, "arn") })
    const stack = await declared("pulumi:pulumi:Stack", "test")
    return [stack, bucket, role, policy, reads].map((each) => (each === stack ? each : { ...each, parent: stack.urn }))
  }

  const arrows = async (...actions: ReadonlyArray<string>) =>
    mermaid(dataFlow(await program(...actions)).flows, { direction: "TB", arrow: "-->" })
      .split("\n")
      .filter((line) => line.includes("-->"))

  it("has an arrow to the function for what it may read, and one from it for what it may write", async () => {
    assert.deepStrictEqual(await arrows("s3:GetObject", "s3:PutObject"), [
      '  bucket_movies -->|"get roster.json, enriched/"| function_Reads',
      '  function_Reads -->|"put roster.json, enriched/"| bucket_movies'
    ])
  })

  it("loses the arrow with the permission", async () => {
    assert.deepStrictEqual(await arrows(), [])
  })

  it("shows an action that it has no word for by its own name", async () => {
    assert.deepStrictEqual(await arrows("s3:DeleteObject"), [
      '  function_Reads -->|"s3:DeleteObject roster.json, enriched/"| bucket_movies'
    ])
  })
})

describe("a page's generated sections", () => {
  const page = "Before.\n<!-- generated: a -->\nold\n<!-- end of a -->\nAfter.\n"

  it("are written between their markers, and the rest stays", () => {
    const after = "Before.\n<!-- generated: a -->\nnew\n<!-- end of a -->\nAfter.\n"
    assert.strictEqual(replaceSections(page, { a: "new" }), after)
    assert.strictEqual(replaceSections(after, { a: "new" }), after)
  })

  it("need their markers", () => {
    assert.throws(() => replaceSections("No markers.", { a: "new" }), /no line <!-- generated: a -->/)
  })
})
