import type { Declared } from "../plan/declareStack.ts"
import { planOf } from "../plan/Plan.ts"
import { quantityWords, typeWords, usdWords } from "../plan/page/format.ts"
import { priceNote } from "../plan/page/planPage.ts"
import type { PlacedResource } from "../plan/resources.ts"
import type { Behaviour } from "../test/conformance/Behaviour.ts"
import type { TargetName } from "../test/conformance/ConformanceTarget.ts"
import { targetLabel } from "../test/conformance/page.ts"
import { subjects } from "../test/conformance/subjects.ts"
import { exampleMutant, type Findings } from "../test/simulation/catchMutant.ts"
import { historyInvariants, idleInvariants, redriveInvariants, rerunInvariants } from "../test/simulation/invariants.ts"
import { replayCommand } from "../test/simulation/report.ts"
import { MovieFault, OperatorAction, Outage } from "../test/simulation/Scenario.ts"
import { dataFlow } from "./dataFlow.ts"
import { deployPolicy } from "./deployPolicy.ts"
import { mermaid } from "./mermaid.ts"

/** A table of Markdown. */
export const table = (head: ReadonlyArray<string>, rows: ReadonlyArray<ReadonlyArray<string>>): string =>
  [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n")

const sites: ReadonlyArray<TargetName> = ["model", "local cloud"]

const row = ({ title, source, differs = {} }: Behaviour): ReadonlyArray<string> => [
  `[${title}](${source})`,
  ...sites.map((site) => (differs[site] === undefined ? "holds" : "differs"))
]

/** What the script holds its sites to, a table for each subject. */
export const behaviours = (): string =>
  subjects
    .map(({ name, heading, behaviours }) =>
      [
        `### ${heading} (\`${name}\`)`,
        "",
        table(["AWS", ...sites.map((site) => targetLabel[site])], behaviours.map(row))
      ].join("\n")
    )
    .join("\n\n")

/** Where a site is known to behave otherwise, and why. */
export const differences = (): string =>
  subjects
    .flatMap(({ behaviours }) =>
      behaviours.flatMap(({ title, differs = {} }) =>
        Object.entries(differs).map(
          ([site, reason]) => `- ${title}: not on ${site === "AWS" ? site : `the ${site}`}. ${reason}`
        )
      )
    )
    .join("\n")

const asList = (lines: ReadonlyArray<string>): string => lines.map((line) => `- ${line}`).join("\n")

/** What is written into docs/simulation.md. */
export const simulationSections = ({ caught, example }: Findings) => ({
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

const fenced = (diagram: string): string => ["```mermaid", diagram, "```"].join("\n")

const components = (placed: ReadonlyArray<PlacedResource>): string => {
  const outermost = Map.groupBy(placed, ({ within: [first = "none"] }) => first)
  const rows = [...outermost].map(([component, all]) => {
    const byType = Map.groupBy(all, ({ type }) => typeWords(type))
    const resources = [...byType].map(([type, each]) => `${type} ${each.map(({ name }) => `\`${name}\``).join(", ")}`)
    return [`\`${component}\``, resources.join("; ")]
  })
  return table(["Component", "Resources"], rows)
}

const cost = (declared: Declared): string => {
  const plan = planOf(declared)
  const { lines, total, listTotal } = plan.cost
  const rows = lines.map((line) => [
    line.service,
    line.what,
    quantityWords(line.quantity),
    line.free === undefined ? "" : quantityWords(line.free),
    usdWords(line.cost)
  ])
  const sum = `Together ${usdWords(total)} USD a month, or ${usdWords(listTotal)} USD in an account whose free quantities are used up.`
  return [table(["Service", "What", "A month", "Free a month", "USD"], rows), "", `${sum} ${priceNote(plan)}`].join(
    "\n"
  )
}

/** A file that a reader's shell writes, with the shell's own $REGION and $ACCOUNT put in. */
const command = (file: string, text: string): string => ["```sh", `cat > ${file} <<END`, text, "END", "```"].join("\n")

type Sections = Readonly<Record<string, string>>

/** What is written into the pages, by page and by the name in its markers. */
export const programSections = (declared: Declared): Readonly<Record<string, Sections>> => {
  const { flows, failures, placed } = dataFlow(declared.resources)
  return {
    "docs/architecture.md": {
      flow: fenced(mermaid(flows, { direction: "TB", arrow: "-->" })),
      failures: fenced(mermaid(failures, { direction: "LR", arrow: "-.->" })),
      components: components(placed)
    },
    "docs/deploy.md": {
      "deploy policy": command("deploy-policy.json", JSON.stringify(deployPolicy(declared), null, 2)),
      cost: cost(declared)
    },
    "docs/fidelity.md": { behaviours: behaviours(), differences: differences() }
  }
}

/** The page with each section between `<!-- generated: NAME -->` and `<!-- end of NAME -->` written anew. */
export const replaceSections = (page: string, sections: Sections): string =>
  Object.entries(sections).reduce((text, [name, section]) => {
    const [begin, end] = [`<!-- generated: ${name} -->`, `<!-- end of ${name} -->`]
    const [from, to] = [text.indexOf(begin), text.indexOf(end)]
    if (from === -1 || to < from) throw new Error(`The page has no line ${begin} with a line ${end} after it.`)
    return `${text.slice(0, from + begin.length)}\n${section}\n${text.slice(to)}`
  }, page)
