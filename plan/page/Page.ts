/** What a person reads, the same on a terminal and in a pull request. */
export interface Page {
  readonly title: string
  readonly sections: ReadonlyArray<Section>
}

export interface Section {
  readonly title: string
  /** A change starts with `+`, `-` or `~`. */
  readonly lines: ReadonlyArray<string>
  /** In Markdown, collapsed under its title. */
  readonly isFolded?: boolean
}

export const asText = ({ title, sections }: Page): string =>
  [title, ...sections.flatMap(({ title, lines }) => ["", title, ...lines.map((line) => `  ${line}`)])].join("\n")

/**
 * A comment on a pull request. Its first line is invisible and constant: the workflow that comments finds the earlier
 * comment by it.
 */
export const asMarkdown = ({ title, sections }: Page, marker: string): string =>
  [
    `<!-- ${marker} -->`,
    `### ${escaped(title)}`,
    ...sections.flatMap(({ title, lines, isFolded }) =>
      isFolded
        ? ["", `<details><summary>${escaped(title)}</summary>`, "", ...fenced(lines), "", "</details>"]
        : ["", `#### ${escaped(title)}`, "", ...fenced(lines)]
    )
  ].join("\n")

/** GitHub shows the lines as they are, because the fence is longer than any in the lines. */
const fenced = (lines: ReadonlyArray<string>): ReadonlyArray<string> => {
  const longest = Math.max(2, ...lines.flatMap((line) => line.match(/`+/g) ?? []).map(({ length }) => length))
  const fence = "`".repeat(longest + 1)
  return [`${fence}diff`, ...lines, fence]
}

const escaped = (text: string): string =>
  text.replaceAll(/[\\`*_~<>|[\]#@&]/g, (character) => `&#${character.charCodeAt(0)};`)

/** Three significant digits; from 100 on a whole number. */
export const quantityWords = (quantity: number): string =>
  quantity >= 100
    ? Math.round(quantity).toLocaleString("en-US")
    : quantity.toLocaleString("en-US", { maximumSignificantDigits: 3 })

export const usdWords = (usd: number): string =>
  usd === 0 || Math.abs(usd) >= 0.01
    ? usd.toFixed(2)
    : usd.toLocaleString("en-US", { maximumSignificantDigits: 1, maximumFractionDigits: 9 })

/** `sqs Queue` for `aws:sqs/queue:Queue`. */
export const typeWords = (type: string): string => {
  const [, service, , name] = type.split(/[:/]/)
  return name === undefined ? type : `${service} ${name}`
}
