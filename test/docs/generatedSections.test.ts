import { readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, beforeAll, describe, it } from "@effect/vitest"
import { performanceSections } from "../../bench/performancePage.ts"
import { readResults } from "../../bench/results.ts"
import { dataFlow, mermaid } from "../../plan/dataFlow.ts"
import type { Declared } from "../../plan/declareStack.ts"
import { dictionarySections } from "../../scripts/dataDictionary.ts"
import { deployPolicies } from "../../scripts/deployPolicy.ts"
import { fidelitySections, policyFiles, programSections, replaceSections } from "../../scripts/docSections.ts"
import { withDeclaredConfig } from "../../scripts/pulumiYaml.ts"
import { releaseOf } from "../../scripts/released.ts"
import { declaredProgram } from "../infra/declaredProgram.ts"
import { declared, output, type } from "../plan/declaredResource.ts"

const root = new URL("../..", import.meta.url).pathname
const read = (page: string) => readFileSync(join(root, page), "utf8")

describe("the generated sections of the docs", () => {
  let program: Declared
  beforeAll(async () => {
    program = await declaredProgram()
  })

  it("match the program and the conformance checks", () => {
    const pages = {
      ...programSections(program),
      "docs/data-dictionary.md": dictionarySections(),
      "docs/fidelity.md": fidelitySections(),
      "docs/performance.md": performanceSections(readResults())
    }
    for (const [page, sections] of Object.entries(pages)) {
      const text = read(page)
      assert.isTrue(text === replaceSections(text, sections), `${page} is out of date. Run npm run docs.`)
    }
    for (const [page, text] of Object.entries(policyFiles(program))) {
      assert.isTrue(read(page) === text, `${page} is out of date. Run npm run docs.`)
    }
  })

  it("declare every setting of the stack in Pulumi.yaml", () => {
    const text = read("Pulumi.yaml")
    assert.strictEqual(text, withDeclaredConfig(text), "Pulumi.yaml is out of date. Run npm run docs.")
  })

  it("contain every function, queue, bucket, table, secret and schedule of the program in a diagram", () => {
    const { flows, failures } = dataFlow(program.resources)
    const nodes = [...flows, ...failures].flatMap(({ from, to }) => [from.name, to.name])
    const types =
      /^aws:(lambda\/function|sqs\/queue|s3\/bucket|dynamodb\/table|secretsmanager\/secret|scheduler\/schedule):/
    const names = program.resources.filter((each) => types.test(each.type)).map(({ name }) => name)
    assert.isAbove(names.length, 10)
    assert.includeMembers(nodes, names)
  })
})

describe("the diagram", () => {
  it.each([
    [["s3:GetObject"], ['  bucket_movies -->|"get roster.json, enriched/"| function_Reader']],
    [["s3:PutObject"], ['  function_Reader -->|"put roster.json, enriched/"| bucket_movies']],
    [[], []]
  ])("draws for the actions %j the arrows %j", (actions, arrows) => {
    const bucket = declared(type.bucket, "movies")
    const Resource = ["runs/run_date=*/roster.json", "enriched/*"].map((key) => `${output(bucket, "arn")}/${key}`)
    const policy = JSON.stringify({ Statement: actions.map((Action) => ({ Effect: "Allow", Action, Resource })) })
    const role = declared(type.role, "reader-role")
    const stack = declared("pulumi:pulumi:Stack", "test")
    const inStack = [
      bucket,
      role,
      declared(type.rolePolicy, "reader-policy", { role: output(role, "name"), policy }),
      declared(type.function, "Reader", { role: output(role, "arn") })
    ].map((each) => ({ ...each, parent: stack.urn }))
    const diagram = mermaid(dataFlow([stack, ...inStack]).flows, "TB", "-->")
    assert.deepStrictEqual(
      diagram.split("\n").filter((line) => line.includes("-->")),
      arrows
    )
  })
})

describe("replaceSections", () => {
  it("replaces the text between the markers and nothing else", () => {
    const page = (text: string) => `Before.\n<!-- generated: a -->\n${text}\n<!-- end of a -->\nAfter.\n`
    assert.strictEqual(replaceSections(page("old"), { a: "new" }), page("new"))
    assert.strictEqual(replaceSections(page("new"), { a: "new" }), page("new"))
  })

  it("fails where a marker is missing", () => {
    assert.throws(() => replaceSections("No markers.", { a: "new" }), /no line <!-- generated: a -->/)
  })
})

describe("deployPolicies", () => {
  const policiesFor = (...resources: ReadonlyArray<readonly [type: string, name: string]>) =>
    deployPolicies(
      { project: "small", resources: resources.map(([type, name]) => declared(type, name)) },
      releaseOf({ resources: [declared(type.queue, "films")] })
    )

  it("allow a service on the resources of the program and of the release only, by their names", () => {
    const { deploy, read } = policiesFor(
      [type.queue, "movies"],
      [type.role, "Stage-role"],
      [type.rolePolicy, "Stage-policy"]
    )
    const ofService = (Action: ReadonlyArray<string>) => ({
      Effect: "Allow",
      Action,
      Resource: ["films", "movies"].map((name) => `arn:aws:sqs:REGION:ACCOUNT_ID:${name}-*`)
    })
    const [services, , roles, passing] = deploy.Statement
    assert.deepStrictEqual(services, ofService(["sqs:*"]))
    assert.deepInclude(roles ?? {}, { Resource: ["arn:aws:iam::ACCOUNT_ID:role/Stage-role-*"] })
    assert.deepInclude(passing ?? {}, { Resource: ["arn:aws:iam::ACCOUNT_ID:role/Stage-role-*"] })
    assert.deepStrictEqual(read.Statement[0], ofService(["sqs:Get*", "sqs:List*"]))
  })

  it("fail for a resource type without an ARN pattern, because the first deployment would fail", () => {
    assert.throws(
      () => policiesFor(["aws:sfn/stateMachine:StateMachine", "flow"]),
      /Add the ARN pattern of the resource type aws:sfn\/stateMachine:StateMachine/
    )
  })
})
