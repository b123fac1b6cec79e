import { styleText } from "node:util"
import { formatTable } from "../../cli/output.ts"

/** What a person reads, the same on a terminal and in a pull request. */
export interface Page {
  readonly title: string
  readonly sections: ReadonlyArray<Section>
}

export interface Section {
  readonly title: string
  readonly blocks: ReadonlyArray<Block>
  /** In Markdown, collapsed under its title. */
  readonly isFolded?: boolean
}

export type Block =
  | { readonly _tag: "Paragraph"; readonly text: string }
  | { readonly _tag: "List"; readonly items: ReadonlyArray<ListItem> }
  /** Lines that start with `+`, `-` or `~`. */
  | { readonly _tag: "Changes"; readonly lines: ReadonlyArray<string> }
  | {
      readonly _tag: "Table"
      readonly head: ReadonlyArray<string>
      /** The number of columns with text; the columns after them hold numbers. */
      readonly textColumns: number
      readonly rows: ReadonlyArray<ReadonlyArray<string>>
    }

export interface ListItem {
  readonly text: string
  readonly items?: ReadonlyArray<ListItem>
}

export const paragraph = (text: string): Block => ({ _tag: "Paragraph", text })

export const list = (texts: ReadonlyArray<string>): Block => ({ _tag: "List", items: texts.map((text) => ({ text })) })

export const asText = ({ title, sections }: Page, width = 0): string => {
  const heading = (text: string) => (width > 0 ? styleText("bold", text) : text)
  return [
    heading(title),
    ...sections.flatMap((section) => ["", heading(section.title), ...section.blocks.flatMap(textBlock)])
  ].join("\n")
}

const textBlock = (block: Block): ReadonlyArray<string> => {
  switch (block._tag) {
    case "Paragraph":
      return [`  ${block.text}`]
    case "List":
      return textList(block.items, "  ")
    case "Changes":
      return block.lines.map((line) => `  ${line}`)
    case "Table": {
      const columns = block.head.map((head, index) => ({
        head,
        ...(index < block.textColumns ? {} : { align: "right" as const }),
        cell: (row: ReadonlyArray<string>) => row[index]
      }))
      return [formatTable(columns, block.rows, 0)]
    }
  }
}

const textList = (items: ReadonlyArray<ListItem>, indent: string): ReadonlyArray<string> =>
  items.flatMap(({ text, items: inner = [] }) => [`${indent}${text}`, ...textList(inner, `${indent}  `)])

/**
 * A comment on a pull request. Its first line is invisible and constant: the workflow that comments finds the earlier
 * comment by it.
 */
export const asMarkdown = ({ title, sections }: Page, marker: string): string =>
  [`<!-- ${marker} -->`, `### ${escaped(title)}`, ...sections.flatMap(markdownSection)].join("\n")

const markdownSection = ({ title, blocks, isFolded }: Section): ReadonlyArray<string> => {
  const body = blocks.flatMap((block) => ["", ...markdownBlock(block)])
  return isFolded
    ? ["", `<details><summary>${escapedHtml(title)}</summary>`, ...body, "", "</details>"]
    : ["", `#### ${escaped(title)}`, ...body]
}

const markdownBlock = (block: Block): ReadonlyArray<string> => {
  switch (block._tag) {
    case "Paragraph":
      return [escaped(block.text)]
    case "List":
      return markdownList(block.items, "")
    case "Changes":
      return fenced(block.lines)
    case "Table":
      return [
        markdownRow(block.head.map(escaped)),
        markdownRow(block.head.map((_, column) => (column < block.textColumns ? "---" : "--:"))),
        ...block.rows.map((cells) => markdownRow(cells.map(escaped)))
      ]
  }
}

const markdownList = (items: ReadonlyArray<ListItem>, indent: string): ReadonlyArray<string> =>
  items.flatMap(({ text, items: inner = [] }) => [`${indent}- ${escaped(text)}`, ...markdownList(inner, `${indent}  `)])

const markdownRow = (cells: ReadonlyArray<string>) => `| ${cells.join(" | ")} |`

/** The fence is longer than any in the lines. */
const fenced = (lines: ReadonlyArray<string>): ReadonlyArray<string> => {
  const longest = Math.max(2, ...lines.flatMap((line) => line.match(/`+/g) ?? []).map(({ length }) => length))
  const fence = "`".repeat(longest + 1)
  return [`${fence}diff`, ...lines, fence]
}

/** GitHub shows the text as it is; a line break would end the list or the table. */
const escaped = (text: string): string => text.replaceAll(/[\\`*_~<>|[\]#@]/g, "\\$&").replaceAll(/\s*\n\s*/g, " ")

/** GitHub does not read Markdown inside HTML. */
const escapedHtml = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;")
