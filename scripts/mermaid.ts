import type { DiagramEdge, DiagramNode } from "./dataFlow.ts"

interface Style {
  readonly direction: "TB" | "LR"
  readonly arrow: "-->" | "-.->"
}

/** A Mermaid flowchart with its nodes and edges in the order of `edges`. */
export const mermaid = (edges: ReadonlyArray<DiagramEdge>, { direction, arrow }: Style): string => {
  const nodes = new Map(edges.flatMap(({ from, to }) => [from, to]).map((node) => [idOf(node), shapeOf(node)]))
  return [
    `flowchart ${direction}`,
    ...[...nodes].map(([id, shape]) => `  ${id}${shape}`),
    ...edges.map(({ from, to, label }) =>
      [`  ${idOf(from)}`, label === "" ? arrow : `${arrow}|"${label}"|`, idOf(to)].join(" ")
    )
  ].join("\n")
}

const idOf = ({ type, name }: DiagramNode): string => `${type}_${name}`.replaceAll(/\W/g, "_")

const shapeOf = ({ type, name }: DiagramNode): string => (shapes[type] ?? (() => `["${type} ${name}"]`))(name)

const shapes: Readonly<Record<string, (name: string) => string>> = {
  schedule: (name) => `(["schedule ${name}"])`,
  queue: (name) => `[["${name} queue"]]`,
  fifoQueue: (name) => `[["${name} queue, FIFO"]]`,
  bucket: (name) => `[("${name} bucket")]`,
  table: (name) => `[("${name} table")]`,
  secret: (name) => `[/"secret ${name}"/]`,
  function: (name) => `["${name}"]`,
  // An object in a bucket as `s3://bucket/key`, or a host.
  outside: (name) => `{{"${name.replace("arn:aws:s3:::", "s3://").replace(/^https?:\/\//, "")}"}}`
}
