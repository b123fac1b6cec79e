/** A line of a list, and what belongs under it. */
export interface Item {
  readonly text: string
  readonly items?: ReadonlyArray<Item>
}

export type Block =
  | { readonly kind: "paragraph"; readonly text: string }
  | { readonly kind: "list"; readonly items: ReadonlyArray<Item> }
  /** Lines that begin with `+`, `-` or `~`. */
  | { readonly kind: "changes"; readonly lines: ReadonlyArray<string> }
  | {
      readonly kind: "table"
      readonly head: ReadonlyArray<string>
      /** The first so many columns are words, the others are numbers. */
      readonly words: number
      readonly rows: ReadonlyArray<ReadonlyArray<string>>
    }

export interface Section {
  readonly title: string
  readonly blocks: ReadonlyArray<Block>
  /** Folded where a page can fold. */
  readonly folded?: boolean
}

/** What is said to people, the same on a terminal and in a pull request. */
export interface Page {
  readonly title: string
  readonly sections: ReadonlyArray<Section>
}

export const list = (texts: ReadonlyArray<string>): Block => ({ kind: "list", items: texts.map((text) => ({ text })) })

export const paragraph = (text: string): Block => ({ kind: "paragraph", text })
