import { type Findings, shownExample } from "../test/simulation/catching.ts"
import { complete, everything, quiet, redriven } from "../test/simulation/invariants.ts"
import { commandFor } from "../test/simulation/report.ts"
import { Deed, Outage, Trouble } from "../test/simulation/Scenario.ts"
import { table } from "./table.ts"

const asList = (lines: ReadonlyArray<string>): string => lines.map((line) => `- ${line}`).join("\n")

/** What is written into docs/simulation.md. */
export const simulationSections = ({ caught, example }: Findings) => ({
  promises: [
    "Of all that was ever written, sent or logged:",
    asList(Object.keys(everything)),
    "Whenever nothing is under way:",
    asList(Object.keys(quiet)),
    "Besides, once the causes are gone and everything was redriven:",
    asList(Object.keys(redriven)),
    "Besides, once every day was run again:",
    asList(Object.keys(complete))
  ].join("\n\n"),
  trouble: asList([
    `down for a while: ${Outage.fields.what.literals.join("; ")}`,
    `wrong with one movie: ${Trouble.fields.with.literals.join("; ")}`,
    `people: somebody ${Deed.fields.what.literals.join("; ")}`
  ]),
  example: [
    "```console",
    `$ ${commandFor(example.seed, shownExample)}`,
    ...example.output.split("\n").map((line) => line.trimEnd()),
    "```"
  ].join("\n"),
  mutations: table(
    ["What it does wrong", "In", "Seed", "The promise it breaks"],
    caught.map(({ does, file, seed, promise }) => [does, `[\`${file}\`](../${file})`, `${seed}`, promise])
  )
})
