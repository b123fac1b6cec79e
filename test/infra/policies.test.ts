import { globSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { arnPatterns } from "../../scripts/deployPolicy.ts"
import { declaredProgram } from "./declaredProgram.ts"
import { type PolicyStatement, policyProblems } from "./policyProblems.ts"

const root = new URL("../..", import.meta.url).pathname
const files = globSync("docs/policies/!(lifecycle).json", { cwd: root }).map((path) => ({
  from: path,
  text: readFileSync(join(root, path), "utf8")
}))

const statementsOf = (text: string): ReadonlyArray<PolicyStatement> => JSON.parse(text).Statement

describe("the policies of the program and of docs/policies", () => {
  it("name actions, resource types and condition keys that AWS has", async () => {
    const { resources, project } = await declaredProgram("prod")
    const arns = resources.map(
      ({ type, name, outputs }) => [outputs["arn"], arnPatterns[type]?.(name, project)] as const
    )
    const withArns = (text: string) =>
      arns.reduce((all, [placeholder, arn = ""]) => (arn === "" ? all : all.replaceAll(String(placeholder), arn)), text)
    const declared = resources.flatMap(({ inputs, name }) =>
      Object.values(inputs)
        .filter((input) => typeof input === "string" && input.includes('"Statement"'))
        .map((text) => ({ from: name, text: withArns(String(text)) }))
    )
    assert.isAbove(declared.length, 10)
    const problems: Array<string> = []
    for (const { from, text } of [...declared, ...files]) {
      for (const statement of statementsOf(text)) {
        problems.push(...(await policyProblems(statement)).map((problem) => `${from}: ${problem}`))
      }
    }
    assert.deepStrictEqual(problems, [])
  })

  it("fit into a role: at most 10,240 characters without white space", () => {
    for (const names of [
      ["deploy", "state-write", "state-key"],
      ["read", "state-read", "state-key"]
    ]) {
      const texts = files.filter(({ from }) => names.some((name) => from.endsWith(`/${name}.json`)))
      assert.strictEqual(texts.length, names.length)
      // The names of an account and a region are longer than their placeholders.
      const length = texts
        .map(({ text }) => text.replaceAll(/\s/g, "").replaceAll("REGION", "ap-southeast-1"))
        .join("").length
      assert.isBelow(length, 10_240, names.join(", "))
    }
  })
})

describe("policyProblems", () => {
  const queue = "arn:aws:sqs:eu-central-1:111122223333:movies"
  it.each<[string, PolicyStatement, ReadonlyArray<string>]>([
    ["a correct statement", { Action: "sqs:SendMessage", Resource: queue }, []],
    [
      "an action that does not exist",
      { Action: ["sqs:SendMessage", "sqs:SendMessageBatch"], Resource: queue },
      ["There is no action sqs:SendMessageBatch."]
    ],
    [
      "a service that does not exist",
      { Action: "sqss:SendMessage", Resource: queue },
      ["There is no action sqss:SendMessage."]
    ],
    [
      "a resource type that no action takes",
      { Action: "s3:ListBucket", Resource: ["arn:aws:s3:::movies", "arn:aws:s3:::movies/*"] },
      ["No action of the statement takes arn:aws:s3:::movies/*."]
    ],
    [
      "an action without a resource that it takes",
      { Action: ["s3:GetObject", "s3:ListBucket"], Resource: "arn:aws:s3:::movies/*" },
      ["s3:ListBucket takes none of the statement's resources."]
    ],
    [
      "an action on * that takes a resource",
      { Action: ["sqs:ListQueues", "sqs:SendMessage"], Resource: "*" },
      ["sqs:SendMessage is allowed on *, but takes a resource."]
    ],
    [
      "a condition key that an action lacks",
      { Action: "s3:GetObject", Resource: "arn:aws:s3:::movies/*", Condition: { StringLike: { "s3:prefix": "csv/" } } },
      ["An action of the statement has no condition key s3:prefix."]
    ]
  ])("finds in %s what AWS's data contradicts", async (_, statement, problems) => {
    assert.deepStrictEqual(await policyProblems(statement), problems)
  })
})
