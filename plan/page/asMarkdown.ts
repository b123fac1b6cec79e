import type { Block, Item, Page, Section } from "./Page.ts"

/** As GitHub would have to be told to take it literally; a line's end would end the list or the table. */
const literal = (text: string): string => text.replaceAll(/[\\`*_~<>|[\]#@]/g, "\\$&").replaceAll(/\s*\n\s*/g, " ")

/** Within HTML, GitHub reads no Markdown. */
const literalHtml = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;")

const items = (all: ReadonlyArray<Item>, indent: string): ReadonlyArray<string> =>
  all.flatMap(({ text, items: below = [] }) => [`${indent}- ${literal(text)}`, ...items(below, `${indent}  `)])

const row = (cells: ReadonlyArray<string>) => `| ${cells.join(" | ")} |`

const fenced = (lines: ReadonlyArray<string>): ReadonlyArray<string> => {
  const longest = Math.max(2, ...lines.flatMap((line) => line.match(/`+/g) ?? []).map(({ length }) => length))
  const fence = "`".repeat(longest + 1)
  return [`${fence}diff`, ...lines, fence]
}

const block = (each: Block): ReadonlyArray<string> => {
  switch (each.kind) {
    case "paragraph":
      return [literal(each.text)]
    case "list":
      return items(each.items, "")
    case "changes":
      return fenced(each.lines)
    case "table":
      return [
        row(each.head.map(literal)),
        row(each.head.map((_, column) => (column < each.words ? "---" : "--:"))),
        ...each.rows.map((cells) => row(cells.map(literal)))
      ]
  }
}

const section = ({ title, blocks, folded }: Section): ReadonlyArray<string> => {
  const body = blocks.flatMap((each) => ["", ...block(each)])
  return folded
    ? ["", `<details><summary>${literalHtml(title)}</summary>`, ...body, "", "</details>"]
    : ["", `#### ${literal(title)}`, ...body]
}

/**
 * The page for a comment on a pull request. The first line is not shown and always the same: by it a workflow finds the
 * comment that it made before.
 */
export const asMarkdown = ({ title, sections }: Page, marker: string): string =>
  [`<!-- ${marker} -->`, `### ${literal(title)}`, ...sections.flatMap(section)].join("\n")
