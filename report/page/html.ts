import { escapeUTF8 } from "entities/escape"

/** Markup. Only the tag `html` makes it, so every other text is escaped. */
export class Html {
  readonly markup: string
  constructor(markup: string) {
    this.markup = markup
  }
}

type Content = Html | string | number | undefined | ReadonlyArray<Content>

/** A template of markup. Texts are escaped, for content and for attributes in double quotes; undefined is left out. */
export const html = (parts: TemplateStringsArray, ...contents: ReadonlyArray<Content>): Html =>
  new Html(String.raw({ raw: parts }, ...contents.map(markupOf)))

const markupOf = (content: Content): string => {
  if (content === undefined) return ""
  if (content instanceof Html) return content.markup
  return typeof content === "object" ? content.map(markupOf).join("") : escapeUTF8(String(content))
}
