import type { BeforeAfter, Change, ChangedResource, CostChange } from "../Change.ts"
import { isEmpty } from "../Change.ts"
import type { Difference } from "../differences.ts"
import type { Plan, PlannedResource, PrincipalPermissions } from "../Plan.ts"
import { quantityWords, resourceWords, typeWords, usdWords, valueWords } from "./format.ts"
import { type Page, paragraph, type Section } from "./Page.ts"
import { priceNote, titleOf } from "./planPage.ts"

const differenceWords = ({ path, before, after, secret }: Difference): string =>
  secret ? `${path}: changed` : `${path}: ${valueWords(before)} → ${valueWords(after)}`

const placeWords = (within: ReadonlyArray<string>) => (within.length === 0 ? "" : ` (in ${within.join(" / ")})`)

const resourceLines = (sign: string, resources: ReadonlyArray<PlannedResource>) =>
  resources.map((each) => `${sign} ${resourceWords(each)}${placeWords(each.within)}`)

const changedLines = ({ type, name, within, inputs }: ChangedResource): ReadonlyArray<string> => [
  `~ ${typeWords(type)} ${name}${placeWords(within)}`,
  ...inputs.map((difference) => `    ${differenceWords(difference)}`)
]

const permissionLines = (sign: string, all: ReadonlyArray<PrincipalPermissions>) =>
  all.flatMap(({ who, sentences }) => sentences.map((sentence) => `${sign} ${who} ${sentence}`))

const movedLines = ({ before, after }: BeforeAfter<string>) => [
  ...before.map((text) => `- ${text}`),
  ...after.map((text) => `+ ${text}`)
]

const section = (title: string, lines: ReadonlyArray<string>): ReadonlyArray<Section> =>
  lines.length === 0 ? [] : [{ title, blocks: [{ kind: "changes", lines }] }]

const signed = (usd: number) => `${usd > 0 ? "+" : usd < 0 ? "−" : "±"}${usdWords(Math.abs(usd))}`

const costRow = ({ line, quantity, cost }: CostChange): ReadonlyArray<string> => [
  line.service,
  line.what,
  quantityWords(quantity.before),
  quantityWords(quantity.after),
  signed(cost.after - cost.before)
]

const costSection = ({ cost }: Change, plan: Plan): Section => ({
  title: `Cost a month: ${usdWords(cost.before)} → ${usdWords(cost.after)} USD (${signed(cost.after - cost.before)})`,
  blocks:
    cost.lines.length === 0
      ? [paragraph("Every priced quantity stays as it is.")]
      : [
          {
            kind: "table",
            head: ["Service", "What", "Before", "After", "USD"],
            words: 2,
            rows: cost.lines.map(costRow)
          },
          paragraph(priceNote(plan))
        ]
})

/** What a change adds, removes and changes; `base` is what it is compared with, `notes` what is to be known about that. */
export const changePage = (change: Change, plan: Plan, base: string, notes: ReadonlyArray<string>): Page => {
  const title = `${titleOf(plan)}: the change since ${base}`
  const noteSections: ReadonlyArray<Section> =
    notes.length === 0 ? [] : [{ title: "To be known", blocks: notes.map(paragraph) }]
  if (isEmpty(change)) {
    const nothing = "No change: the same resources, inputs, permissions, outputs and cost."
    return { title, sections: [{ title: "Resources", blocks: [paragraph(nothing)] }, ...noteSections] }
  }
  const { added, removed, changed, gained, lost, triggers, alarms, outputs } = change
  return {
    title,
    sections: [
      ...section(`Added: ${added.length}`, resourceLines("+", added)),
      ...section(`Removed: ${removed.length}`, resourceLines("-", removed)),
      ...section(`Changed: ${changed.length}`, changed.flatMap(changedLines)),
      ...section("Permissions", [...permissionLines("+", gained), ...permissionLines("-", lost)]),
      ...section("What starts what", movedLines(triggers)),
      ...section("Alarms", movedLines(alarms)),
      ...section("Stack outputs", movedLines(outputs)),
      costSection(change, plan),
      ...noteSections
    ]
  }
}
