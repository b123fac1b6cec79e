import Table from "cli-table3"
import type { Block, Item, Page } from "./Page.ts"

const bare = {
  chars: Object.fromEntries(
    ["top", "bottom", "left", "right", "mid"]
      .flatMap((side) => [side, `${side}-mid`, `${side}-left`, `${side}-right`, "mid-mid"])
      .map((part) => [part, ""])
  ),
  style: { head: [], border: [], "padding-left": 2, "padding-right": 0 }
}

const items = (all: ReadonlyArray<Item>, indent: string): ReadonlyArray<string> =>
  all.flatMap(({ text, items: below = [] }) => [`${indent}${text}`, ...items(below, `${indent}  `)])

const block = (each: Block): ReadonlyArray<string> => {
  switch (each.kind) {
    case "paragraph":
      return [`  ${each.text}`]
    case "list":
      return items(each.items, "  ")
    case "changes":
      return each.lines.map((line) => `  ${line}`)
    case "table": {
      const { head, rows, words } = each
      const colAligns = head.map((_, column): "left" | "right" => (column < words ? "left" : "right"))
      const table = new Table({ ...bare, chars: { ...bare.chars, middle: "" }, head: [...head], colAligns })
      table.push(...rows.map((row) => [...row]))
      return table
        .toString()
        .split("\n")
        .map((line) => line.trimEnd())
    }
  }
}

/** The page for a terminal or a pipe. */
export const asText = ({ title, sections }: Page, strong: (text: string) => string = String): string =>
  [strong(title), ...sections.flatMap((section) => ["", strong(section.title), ...section.blocks.flatMap(block)])].join(
    "\n"
  )
