import { dataFlow, mermaid } from "../plan/dataFlow.ts"
import type { Declared } from "../plan/declareStack.ts"
import { planOf } from "../plan/Plan.ts"
import { quantityWords, typeWords, usdWords } from "../plan/page/Page.ts"
import { priceNote } from "../plan/page/pages.ts"
import { inDataOrder } from "../plan/resources.ts"
import type { TargetName } from "../test/conformance/ConformanceTarget.ts"
import { type Behaviour, subjects } from "../test/conformance/conformance.ts"
import type { ExampleReport } from "../test/simulation/buildMutant.ts"
import { mutants } from "../test/simulation/mutants.ts"
import { MovieFault, OperatorAction, Outage } from "../test/simulation/Scenario.ts"
import { historyInvariants, idleInvariants, redriveInvariants, rerunInvariants } from "../test/simulation/simulate.ts"
import { deployPolicies } from "./deployPolicy.ts"

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

/** The generated sections of the pages about the program, by page. */
export const programSections = (declared: Declared): Readonly<Record<string, Sections>> => {
  const { flows, failures } = dataFlow(declared.resources)
  return {
    "docs/architecture.md": {
      flow: fenced("mermaid", mermaid(flows, "TB", "-->")),
      failures: fenced("mermaid", mermaid(failures, "LR", "-.->")),
      components: componentTable(declared)
    },
    "docs/deploy.md": { cost: cost(declared) },
    "docs/using-the-data.md": { queries: queries(declared) }
  }
}

/** The generated files of docs/policies. */
export const policyFiles = (declared: Declared): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(deployPolicies(declared)).map(([name, policy]) => [
      `docs/policies/${name}.json`,
      `${JSON.stringify(policy, null, 2)}\n`
    ])
  )

const fenced = (language: string, text: string): string => `\`\`\`${language}\n${text}\n\`\`\``

/** The SQL of the output `athena`. */
const queries = ({ outputs }: Declared): string =>
  Object.entries(outputs["athena"] ?? {})
    .filter(([, sql]) => String(sql).startsWith("SELECT"))
    .map(([name, sql]) => `\`${name}\`:\n\n${fenced("sql", sql)}`)
    .join("\n\n")

const componentTable = ({ resources }: Declared): string => {
  const outermost = Map.groupBy(inDataOrder(resources), ({ within: [first = "none"] }) => first)
  const rows = [...outermost].map(([component, inside]) => {
    const byType = Map.groupBy(inside, ({ type }) => typeWords(type))
    const names = [...byType].map(([type, all]) => `${type} ${all.map(({ name }) => `\`${name}\``).join(", ")}`)
    return [`\`${component}\``, names.join("; ")]
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
  const sum = `Total: ${usdWords(total)} USD a month, or ${usdWords(listTotal)} USD where the free quantities of the account are used up.`
  return `${table(["Service", "Unit", "Per month", "Free per month", "USD"], rows)}\n\n${sum} ${priceNote(plan)}`
}

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
export const simulationSections = (example: ExampleReport): Sections => ({
  faults: asList([
    `An outage for some time: ${Outage.fields.fault.literals.join("; ")}`,
    `One movie: ${MovieFault.fields.fault.literals.join("; ")}`,
    `An action: the operator ${OperatorAction.fields.action.literals.join("; ")}`
  ]),
  invariants: [
    "For everything that was ever written, sent or logged:",
    asList(Object.keys(historyInvariants)),
    "Whenever the system is idle:",
    asList(Object.keys(idleInvariants)),
    "In addition, once the faults have ended and everything was redriven:",
    asList(Object.keys(redriveInvariants)),
    "In addition, once every day was run again:",
    asList(Object.keys(rerunInvariants))
  ].join("\n\n"),
  example: ["```console", `$ ${example.command}`, example.output, "```"].join("\n"),
  mutants: table(
    ["Mutant", "In", "Detected by seed", "Violated invariant"],
    mutants.map(({ fault, file, seed, scenario, invariant }) => [
      fault,
      `[\`${file}\`](../${file})`,
      `${seed}${scenario === undefined ? "" : " of its own scenario"}`,
      invariant
    ])
  )
})
