import type { Declared } from "../plan/declareStack.ts"
import type { Placed } from "../plan/inDataOrder.ts"
import { planOf } from "../plan/Plan.ts"
import { priceNote } from "../plan/page/costSection.ts"
import { quantityWords, typeWords, usdWords } from "../plan/page/words.ts"
import { deployPolicy } from "./deployPolicy.ts"
import { behaviours, differences } from "./fidelity.ts"
import { graphOf } from "./graph.ts"
import { mermaid } from "./mermaid.ts"
import { table } from "./table.ts"

const fenced = (diagram: string): string => ["```mermaid", diagram, "```"].join("\n")

const components = (placed: ReadonlyArray<Placed>): string => {
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
export const sectionsOf = (declared: Declared): Readonly<Record<string, Sections>> => {
  const { flows, failures, placed } = graphOf(declared.resources)
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
export const renewed = (page: string, sections: Sections): string =>
  Object.entries(sections).reduce((text, [name, section]) => {
    const [begin, end] = [`<!-- generated: ${name} -->`, `<!-- end of ${name} -->`]
    const [from, to] = [text.indexOf(begin), text.indexOf(end)]
    if (from === -1 || to < from) throw new Error(`The page has no line ${begin} with a line ${end} after it.`)
    return `${text.slice(0, from + begin.length)}\n${section}\n${text.slice(to)}`
  }, page)
