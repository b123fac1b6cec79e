import { tmpdir } from "node:os"
import { assert, beforeAll, describe, it } from "@effect/vitest"
import { changeOf } from "../../plan/Change.ts"
import { compareStacks } from "../../plan/computePlan.ts"
import { stages } from "../../plan/cost/assumptions.ts"
import type { Declared } from "../../plan/declareStack.ts"
import { valueWords } from "../../plan/displayInputs.ts"
import { render } from "../../plan/main.ts"
import { type Plan, planOf } from "../../plan/Plan.ts"
import { asMarkdown } from "../../plan/page/Page.ts"
import { canary, declaredProgram } from "../infra/declaredProgram.ts"

const root = new URL("../..", import.meta.url).pathname
const otherKey = "key-39ab11-never-to-be-printed"
const formats = ["text", "json", "markdown"] as const
const urls = { before: "https://www.omdbapi.com", after: "https://omdb.example.com" }

describe("the plan of this program", () => {
  let declared: Declared
  /** With another OMDb URL, from a second run of the program. */
  let changed: Declared
  let plan: Plan
  beforeAll(async () => {
    ;[declared, changed] = await Promise.all([declaredProgram(), declaredProgram("dev", { omdbBaseUrl: urls.after })])
    plan = planOf(declared)
  })

  it("describes every permission of the functions without a raw action, ARN or policy", () => {
    const functions = plan.permissions.filter(({ isFunction }) => isFunction)
    assert.sameMembers(
      functions.map(({ who }) => who),
      Object.keys(stages)
    )
    for (const { who, sentences } of functions) {
      assert.isNotEmpty(sentences, who)
      for (const sentence of sentences) assert.notMatch(sentence, / do \w+:|arn:|has the policy|\([/:]|"/, who)
    }
  })

  it("names the resources of every trigger", () => {
    assert.isNotEmpty(plan.triggers)
    for (const sentence of plan.triggers) assert.notMatch(sentence.split(":")[0] ?? "", /<|arn|undefined/)
  })

  it("lists every resource once, its components in the order of index.ts", () => {
    const resources = declared.resources.filter(({ component }) => !component)
    assert.sameMembers(
      plan.resources.map(({ type, name }) => `${type} ${name}`),
      resources.map(({ type, name }) => `${type} ${name}`)
    )
    const stack = declared.resources.find(({ type }) => type === "pulumi:pulumi:Stack")
    const components = declared.resources.filter(({ component, parent }) => component && parent === stack?.urn)
    assert.deepStrictEqual(
      [...new Set(plan.resources.map(({ within }) => within[0]))],
      components.map(({ type, name }) => `${type.split(":").at(-1)} ${name}`)
    )
  })

  it("prices every resource type and has assumptions about every function", () => {
    assert.deepStrictEqual(plan.cost.unpriced, [])
    assert.notInclude(plan.cost.assumptions.join(), "has no data")
    assert.strictEqual(plan.cost.moviesPerRun, 10)
    const sum = plan.cost.lines.reduce((total, { cost }) => total + cost, 0)
    assert.closeTo(plan.cost.total, sum, 1e-6)
  })

  it("is identical after a second run of the program, but for the setting that changed", () => {
    for (const format of formats) {
      const text = render({ plan: planOf(changed) }, format).replaceAll(urls.after, urls.before)
      assert.strictEqual(text, render({ plan }, format))
    }
  })

  it("begins with the program's warnings, also where it compares two revisions", () => {
    const warning = "The stack has no alarm for a missing run: runs are more than six days apart."
    const after = { ...declared, warnings: [warning] }
    for (const result of [{ plan: planOf(after) }, compareStacks(declared, after)]) {
      const [title, blank, ...lines] = render(result, "text").split("\n")
      assert.deepStrictEqual([blank, ...lines.slice(0, 3)], ["", "Warnings", `  ${warning}`, ""], title)
      assert.strictEqual(render(result, "markdown").split(warning).length, 2)
      assert.deepStrictEqual(JSON.parse(render(result, "json")).plan.warnings, [warning])
    }
    assert.notInclude(render({ plan }, "text"), "Warnings")
  })

  it("prints no path of this machine, and neither the OMDb key nor a changed key", () => {
    const withOtherKey = {
      ...declared,
      resources: declared.resources.map((resource) =>
        resource.secrets.has("secretString")
          ? { ...resource, inputs: { ...resource.inputs, secretString: otherKey } }
          : resource
      )
    }
    const comparison = compareStacks(declared, withOtherKey)
    for (const format of formats) {
      for (const text of [render({ plan }, format), render(comparison, format)]) {
        for (const excluded of [root, tmpdir(), canary, otherKey]) assert.notInclude(text, excluded)
      }
    }
    assert.include(render(comparison, "text"), "secretString: changed\n")
  })

  it("shows a change of one environment variable as that change only", () => {
    const path = "environment.variables.OMDB_BASE_URL"
    const change = changeOf(declared, changed)
    assert.deepStrictEqual(
      change.changed.map(({ name, inputs }) => [name, inputs]),
      [["EnrichAndStoreMovie", [{ path, ...urls }]]]
    )
    const { added, removed, gained, lost, outputs, cost } = change
    assert.deepStrictEqual([added, removed, gained, lost, outputs.before, outputs.after, cost.lines], Array(7).fill([]))
    const text = render(compareStacks(declared, changed), "text")
    assert.include(text, `    ${path}: ${urls.before} → ${urls.after}\n`)
    assert.include(text, "No priced quantity changes.")
  })
})

it("asMarkdown shows every character of the page as it is", () => {
  const folded = { title: "Words", lines: ["run_date=*/*.json <b>"], isFolded: true }
  const page = { title: "A_title", sections: [folded, { title: "a|b", lines: ["+ ```", "- x"] }] }
  assert.strictEqual(
    asMarkdown(page, "the plan"),
    `<!-- the plan -->
### A&#95;title

<details><summary>Words</summary>

\`\`\`diff
run_date=*/*.json <b>
\`\`\`

</details>

#### a&#124;b

\`\`\`\`diff
+ \`\`\`
- x
\`\`\`\``
  )
})

it.each([
  ["unchanged", "unchanged"],
  ["two\nlines", '"two\\nlines"'],
  [undefined, "(absent)"],
  [{ a: ["b"] }, '{"a":["b"]}']
])("valueWords prints %j on one line", (value, expected) => {
  assert.strictEqual(valueWords(value), expected)
})
