import type { Declared } from "../plan/declareStack.ts"
import { planOf } from "../plan/Plan.ts"
import { quantityWords, typeWords, usdWords } from "../plan/page/Page.ts"
import { priceNote } from "../plan/page/planPage.ts"
import { inDataOrder } from "../plan/resources.ts"
import { dataFlow } from "./dataFlow.ts"
import { deployPolicy } from "./deployPolicy.ts"
import { type Sections, table } from "./docSections.ts"
import { mermaid } from "./mermaid.ts"

/** The generated sections of the pages about the program, by page. */
export const programSections = (declared: Declared): Readonly<Record<string, Sections>> => {
  const { flows, failures } = dataFlow(declared.resources)
  const policy = JSON.stringify(deployPolicy(declared), null, 2)
  return {
    "docs/architecture.md": {
      flow: fenced("mermaid", mermaid(flows, { direction: "TB", arrow: "-->" })),
      failures: fenced("mermaid", mermaid(failures, { direction: "LR", arrow: "-.->" })),
      components: componentTable(declared)
    },
    "docs/deploy.md": {
      // The reader's shell replaces $REGION and $ACCOUNT.
      "deploy policy": fenced("sh", `cat > deploy-policy.json <<END\n${policy}\nEND`),
      cost: cost(declared)
    }
  }
}

const fenced = (language: string, text: string): string => `\`\`\`${language}\n${text}\n\`\`\``

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
