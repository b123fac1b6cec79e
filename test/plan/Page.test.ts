import { assert, describe, it } from "@effect/vitest"
import { asMarkdown } from "../../plan/page/asMarkdown.ts"
import { asText } from "../../plan/page/asText.ts"
import { valueWords } from "../../plan/page/format.ts"
import type { Page } from "../../plan/page/Page.ts"

const page: Page = {
  title: "A_title",
  sections: [
    {
      title: "Words",
      blocks: [{ kind: "list", items: [{ text: "run_date=*/*.json <b>", items: [{ text: "@pulumi/aws" }] }] }],
      folded: true
    },
    {
      title: "Numbers",
      blocks: [
        { kind: "table", head: ["What", "USD"], words: 1, rows: [["a|b", "1.00"]] },
        { kind: "changes", lines: ["+ ```", "- x"] }
      ]
    }
  ]
}

describe("a page", () => {
  it("is taken literally by GitHub, whatever it holds", () => {
    assert.strictEqual(
      asMarkdown(page, "the plan"),
      [
        "<!-- the plan -->",
        "### A\\_title",
        "",
        "<details><summary>Words</summary>",
        "",
        "- run\\_date=\\*/\\*.json \\<b\\>",
        "  - \\@pulumi/aws",
        "",
        "</details>",
        "",
        "#### Numbers",
        "",
        "| What | USD |",
        "| --- | --: |",
        "| a\\|b | 1.00 |",
        "",
        "````diff",
        "+ ```",
        "- x",
        "````"
      ].join("\n")
    )
  })

  it("is plain on a terminal, its tables in columns", () => {
    assert.strictEqual(
      asText(page),
      [
        "A_title",
        "",
        "Words",
        "  run_date=*/*.json <b>",
        "    @pulumi/aws",
        "",
        "Numbers",
        "  What   USD",
        "  a|b   1.00",
        "  + ```",
        "  - x"
      ].join("\n")
    )
  })

  it("keeps a value on one line", () => {
    assert.deepStrictEqual(["as it is", "two\nlines", " blank", "", 5, null, undefined, { a: ["b"] }].map(valueWords), [
      "as it is",
      '"two\\nlines"',
      '" blank"',
      '""',
      "5",
      "null",
      "(absent)",
      '{"a":["b"]}'
    ])
  })
})
