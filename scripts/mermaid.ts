import type { Edge, Node } from "./dataFlow.ts"

/** Outside the stack: an object of someone's bucket as people write it, or a host. */
const outsideWords = (name: string): string => name.replace("arn:aws:s3:::", "s3://").replace(/^https?:\/\//, "")

interface Shape {
  readonly around: readonly [string, string]
  readonly words: (name: string) => string
}

const shapes: Readonly<Record<string, Shape>> = {
  schedule: { around: ["([", "])"], words: (name) => `schedule ${name}` },
  queue: { around: ["[[", "]]"], words: (name) => `${name} queue` },
  fifoQueue: { around: ["[[", "]]"], words: (name) => `${name} queue, FIFO` },
  bucket: { around: ["[(", ")]"], words: (name) => `${name} bucket` },
  table: { around: ["[(", ")]"], words: (name) => `${name} table` },
  secret: { around: ["[/", "/]"], words: (name) => `secret ${name}` },
  function: { around: ["[", "]"], words: String },
  outside: { around: ["{{", "}}"], words: outsideWords }
}

const drawn = ({ kind, name }: Node): string => {
  const { around, words } = shapes[kind] ?? { around: ["[", "]"], words: () => `${kind} ${name}` }
  return `${around[0]}"${words(name)}"${around[1]}`
}

const idOf = ({ kind, name }: Node): string => `${kind}_${name}`.replaceAll(/\W/g, "_")

interface Style {
  readonly direction: "TB" | "LR"
  readonly arrow: "-->" | "-.->"
}

/** A Mermaid flowchart, in the order of its edges. */
export const mermaid = (edges: ReadonlyArray<Edge>, { direction, arrow }: Style): string => {
  const nodes = new Map(edges.flatMap(({ from, to }) => [from, to]).map((node) => [idOf(node), drawn(node)]))
  return [
    `flowchart ${direction}`,
    ...[...nodes].map(([id, shape]) => `  ${id}${shape}`),
    ...edges.map(({ from, to, label }) =>
      [`  ${idOf(from)}`, label === "" ? arrow : `${arrow}|"${label}"|`, idOf(to)].join(" ")
    )
  ].join("\n")
}
