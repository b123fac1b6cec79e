import { type BeforeAfter, type Change, type ChangedResource, type CostChange, isEmpty } from "../Change.ts"
import type { Difference } from "../differences.ts"
import type { Plan, PlannedResource, PrincipalPermissions } from "../Plan.ts"
import { type Page, paragraph, type Section } from "./Page.ts"
import { priceNote, quantityWords, resourceWords, titleOf, typeWords, usdWords, valueWords } from "./planPage.ts"

/** What `plan` changes compared with the revision `base`; `notes` are the limits of the comparison. */
export const changePage = (change: Change, plan: Plan, base: string, notes: ReadonlyArray<string>): Page => {
  const { added, removed, changed, gained, lost, triggers, alarms, outputs } = change
  const sections = isEmpty(change)
    ? [{ title: "Resources", blocks: [paragraph("No change in resources, inputs, permissions, outputs or cost.")] }]
    : [
        ...section(`Added: ${added.length}`, resourceLines("+", added)),
        ...section(`Removed: ${removed.length}`, resourceLines("-", removed)),
        ...section(`Changed: ${changed.length}`, changed.flatMap(changedLines)),
        ...section("Permissions", [...permissionLines("+", gained), ...permissionLines("-", lost)]),
        ...section("Triggers and retries", beforeAfterLines(triggers)),
        ...section("Alarms", beforeAfterLines(alarms)),
        ...section("Stack outputs", beforeAfterLines(outputs)),
        costSection(change, plan)
      ]
  const noteSections = notes.length === 0 ? [] : [{ title: "Notes", blocks: notes.map(paragraph) }]
  return { title: `${titleOf(plan)}: changes since ${base}`, sections: [...sections, ...noteSections] }
}

const section = (title: string, lines: ReadonlyArray<string>): ReadonlyArray<Section> =>
  lines.length === 0 ? [] : [{ title, blocks: [{ _tag: "Changes", lines }] }]

const resourceLines = (sign: string, resources: ReadonlyArray<PlannedResource>) =>
  resources.map((each) => `${sign} ${resourceWords(each)}${componentWords(each)}`)

const changedLines = (resource: ChangedResource): ReadonlyArray<string> => [
  `~ ${typeWords(resource.type)} ${resource.name}${componentWords(resource)}`,
  ...resource.inputs.map((difference) => `    ${differenceWords(difference)}`)
]

const componentWords = ({ within }: ChangedResource | PlannedResource) =>
  within.length === 0 ? "" : ` (in ${within.join(" / ")})`

const differenceWords = ({ path, before, after, secret }: Difference): string =>
  secret ? `${path}: changed` : `${path}: ${valueWords(before)} → ${valueWords(after)}`

const permissionLines = (sign: string, all: ReadonlyArray<PrincipalPermissions>) =>
  all.flatMap(({ who, sentences }) => sentences.map((sentence) => `${sign} ${who} ${sentence}`))

const beforeAfterLines = ({ before, after }: BeforeAfter<ReadonlyArray<string>>) => [
  ...before.map((text) => `- ${text}`),
  ...after.map((text) => `+ ${text}`)
]

const costSection = ({ cost: { before, after, lines } }: Change, plan: Plan): Section => ({
  title: `Monthly cost: ${usdWords(before)} → ${usdWords(after)} USD (${signed(after - before)})`,
  blocks:
    lines.length === 0
      ? [paragraph("No priced quantity changes.")]
      : [
          {
            _tag: "Table",
            head: ["Service", "Unit", "Before", "After", "USD"],
            textColumns: 2,
            rows: lines.map(costRow)
          },
          paragraph(priceNote(plan))
        ]
})

const costRow = ({ line, quantity, cost }: CostChange): ReadonlyArray<string> => [
  line.service,
  line.what,
  quantityWords(quantity.before),
  quantityWords(quantity.after),
  signed(cost.after - cost.before)
]

const signed = (usd: number) => `${usd > 0 ? "+" : usd < 0 ? "−" : "±"}${usdWords(Math.abs(usd))}`
