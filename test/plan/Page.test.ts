import { assert, it } from "@effect/vitest"
import { asMarkdown, asText, type Page } from "../../plan/page/Page.ts"
import { valueWords } from "../../plan/page/planPage.ts"

const page: Page = {
  title: "A_title",
  sections: [
    {
      title: "Words",
      blocks: [{ _tag: "List", items: [{ text: "run_date=*/*.json <b>", items: [{ text: "@pulumi/aws" }] }] }],
      isFolded: true
    },
    {
      title: "Numbers",
      blocks: [
        { _tag: "Table", head: ["What", "USD"], textColumns: 1, rows: [["a|b", "1.00"]] },
        { _tag: "Changes", lines: ["+ ```", "- x"] }
      ]
    }
  ]
}

it("asMarkdown escapes text so that GitHub shows it as it is", () => {
  assert.strictEqual(
    asMarkdown(page, "the plan"),
    `<!-- the plan -->
### A\\_title

<details><summary>Words</summary>

- run\\_date=\\*/\\*.json \\<b\\>
  - \\@pulumi/aws

</details>

#### Numbers

| What | USD |
| --- | --: |
| a\\|b | 1.00 |

\`\`\`\`diff
+ \`\`\`
- x
\`\`\`\``
  )
})

it("asText indents lists and prints tables in columns", () => {
  assert.strictEqual(
    asText(page),
    `A_title

Words
  run_date=*/*.json <b>
    @pulumi/aws

Numbers
┌──────┬──────┐
│ What │  USD │
├──────┼──────┤
│ a|b  │ 1.00 │
└──────┴──────┘
  + \`\`\`
  - x`
  )
})

it.each([
  ["unchanged", "unchanged"],
  ["two\nlines", '"two\\nlines"'],
  ["", '""'],
  [undefined, "(absent)"],
  [{ a: ["b"] }, '{"a":["b"]}']
])("valueWords prints %j on one line", (value, expected) => {
  assert.strictEqual(valueWords(value), expected)
})
