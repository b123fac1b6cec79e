import { type Column, formatTable } from "../../cli/output.ts"
import type { TargetName } from "./ConformanceTarget.ts"
import { isAsListed, type Outcome, type Row } from "./conformance.ts"

export const targetLabel: Readonly<Record<TargetName, string>> = {
  model: "the model",
  "local cloud": "the local cloud",
  AWS: "AWS"
}

const inCell: Readonly<Record<Outcome["state"], string>> = {
  holds: "holds",
  differs: "differs",
  fails: "FAILS",
  "out of date": "HOLDS"
}

const columnsOf = (sites: ReadonlyArray<TargetName>): ReadonlyArray<Column<Row>> => [
  { head: "Of", cell: ({ subject }) => subject },
  { head: "Behaviour", breaks: true, cell: ({ title }) => title },
  ...sites.map((site): Column<Row> => {
    return { head: site, cell: ({ outcomes }) => inCell[outcomes[site]?.state ?? "fails"] }
  })
]

const noteOn = (site: TargetName, title: string, outcome: Outcome | undefined): ReadonlyArray<string> => {
  const said = (head: string, ...lines: ReadonlyArray<string>) => [
    `${head}: ${title}`,
    ...lines.map((line) => `  ${line}`)
  ]
  switch (outcome?.state) {
    case "differs":
      return said(`Differs on ${targetLabel[site]}`, outcome.reason)
    case "fails":
      return said(`FAILS on ${targetLabel[site]}`, outcome.seen)
    case "out of date":
      return said(`HOLDS on ${targetLabel[site]}, although it is listed as differing`, outcome.reason)
    default:
      return []
  }
}

const states = ["holds", "differs", "fails", "out of date"] as const

const inWords: Readonly<Record<Outcome["state"], (count: number) => string>> = {
  holds: (count) => `${count} ${count === 1 ? "holds" : "hold"}`,
  differs: (count) => `${count} ${count === 1 ? "differs" : "differ"} as listed`,
  fails: (count) => `${count} ${count === 1 ? "FAILS" : "FAIL"}`,
  "out of date": (count) => `${count} ${count === 1 ? "HOLDS" : "HOLD"}, although listed as differing`
}

const sumOf = (rows: ReadonlyArray<Row>, site: TargetName): string => {
  const counts = states.flatMap((state) => {
    const count = rows.filter(({ outcomes }) => outcomes[site]?.state === state).length
    return count === 0 ? [] : [inWords[state](count)]
  })
  const name = targetLabel[site]
  return `${name[0]?.toUpperCase()}${name.slice(1)}: ${counts.join(", ")}.`
}

/** A table of the behaviours by site, then what is not as on AWS, then the sum. */
export const pageOf = (rows: ReadonlyArray<Row>, sites: ReadonlyArray<TargetName>) => (width: number) =>
  [
    formatTable(columnsOf(sites), rows, width),
    ...rows.flatMap(({ title, outcomes }) => sites.flatMap((site) => noteOn(site, title, outcomes[site]))),
    ...sites.map((site) => sumOf(rows, site))
  ].join("\n")

export const documentOf = (rows: ReadonlyArray<Row>, sites: ReadonlyArray<TargetName>) => ({
  asListed: rows.every(isAsListed),
  sites,
  behaviours: rows
})
