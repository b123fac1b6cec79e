import type { TargetName } from "../test/conformance/ConformanceTarget.ts"
import type { Behaviour } from "../test/conformance/conformance.ts"
import { subjects } from "../test/conformance/subjects.ts"
import { exampleMutant, type Findings } from "../test/simulation/catchMutant.ts"
import { historyInvariants, idleInvariants, redriveInvariants, rerunInvariants } from "../test/simulation/invariants.ts"
import { replayCommand } from "../test/simulation/report.ts"
import { MovieFault, OperatorAction, Outage } from "../test/simulation/Scenario.ts"

/** The generated sections of a page, by the name in their markers. */
export type Sections = Readonly<Record<string, string>>

/** The page with each section replaced between `<!-- generated: NAME -->` and `<!-- end of NAME -->`. */
export const replaceSections = (page: string, sections: Sections): string =>
  Object.entries(sections).reduce((text, [name, section]) => {
    const [begin, end] = [`<!-- generated: ${name} -->`, `<!-- end of ${name} -->`]
    const [from, to] = [text.indexOf(begin), text.indexOf(end)]
    if (from === -1 || to < from) throw new Error(`The page has no line ${begin} with a line ${end} after it.`)
    return `${text.slice(0, from + begin.length)}\n${section}\n${text.slice(to)}`
  }, page)

/** A Markdown table. */
export const table = (head: ReadonlyArray<string>, rows: ReadonlyArray<ReadonlyArray<string>>): string =>
  [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n")

const targets: ReadonlyArray<TargetName> = ["model", "local cloud"]

/** The sections of docs/fidelity.md: a table of behaviours for each subject, and the list of known differences. */
export const fidelitySections = (): Sections => ({
  behaviours: subjects
    .map(({ name, heading, behaviours }) => {
      const head = ["AWS", ...targets]
      return `### ${heading} (\`${name}\`)\n\n${table(head, behaviours.map(behaviourRow))}`
    })
    .join("\n\n"),
  differences: subjects
    .flatMap(({ behaviours }) => behaviours)
    .flatMap(({ title, differs = {} }) =>
      Object.entries(differs).map(([target, reason]) => `- ${title}: not on the ${target}. ${reason}`)
    )
    .join("\n")
})

const behaviourRow = ({ title, source, differs = {} }: Behaviour): ReadonlyArray<string> => [
  `[${title}](${source})`,
  ...targets.map((target) => (differs[target] === undefined ? "holds" : "differs"))
]

const asList = (lines: ReadonlyArray<string>): string => lines.map((line) => `- ${line}`).join("\n")

/** The sections of docs/simulation.md. */
export const simulationSections = ({ caught, example }: Findings): Sections => ({
  promises: [
    "Of all that was ever written, sent or logged:",
    asList(Object.keys(historyInvariants)),
    "Whenever nothing is under way:",
    asList(Object.keys(idleInvariants)),
    "Besides, once the causes are gone and everything was redriven:",
    asList(Object.keys(redriveInvariants)),
    "Besides, once every day was run again:",
    asList(Object.keys(rerunInvariants))
  ].join("\n\n"),
  trouble: asList([
    `down for a while: ${Outage.fields.what.literals.join("; ")}`,
    `wrong with one movie: ${MovieFault.fields.with.literals.join("; ")}`,
    `people: somebody ${OperatorAction.fields.what.literals.join("; ")}`
  ]),
  example: [
    "```console",
    `$ ${replayCommand(example.seed, exampleMutant)}`,
    ...example.output.split("\n").map((line) => line.trimEnd()),
    "```"
  ].join("\n"),
  mutations: table(
    ["What it does wrong", "In", "Seed", "The promise it breaks"],
    caught.map(({ does, file, seed, promise }) => [does, `[\`${file}\`](../${file})`, `${seed}`, promise])
  )
})
