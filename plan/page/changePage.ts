import { formatTable } from "../../cli/output.ts"
import { type BeforeAfter, type Change, type CostChange, isEmpty } from "../Change.ts"
import type { Difference } from "../differences.ts"
import { valueWords } from "../displayInputs.ts"
import type { Plan, PlannedResource, PrincipalPermissions } from "../Plan.ts"
import { type Page, quantityWords, typeWords, usdWords } from "./Page.ts"
import { priceNote, resourceWords, titleOf } from "./planPage.ts"

/** What `plan` changes compared with the revision `base`; `notes` are the limits of the comparison. */
export const changePage = (change: Change, plan: Plan, base: string, notes: ReadonlyArray<string>): Page => {
  const { added, removed, changed, gained, lost, triggers, alarms, outputs, cost } = change
  const sections = isEmpty(change)
    ? [{ title: "Resources", lines: ["No change in resources, inputs, permissions, outputs or cost."] }]
    : [
        { title: `Added: ${added.length}`, lines: resourceLines("+", added) },
        { title: `Removed: ${removed.length}`, lines: resourceLines("-", removed) },
        {
          title: `Changed: ${changed.length}`,
          lines: changed.flatMap(({ type, name, within, inputs }) => [
            `~ ${typeWords(type)} ${name}${componentWords(within)}`,
            ...inputs.map((difference) => `    ${differenceWords(difference)}`)
          ])
        },
        { title: "Permissions", lines: [...permissionLines("+", gained), ...permissionLines("-", lost)] },
        { title: "Triggers and retries", lines: beforeAfterLines(triggers) },
        { title: "Alarms", lines: beforeAfterLines(alarms) },
        { title: "Stack outputs", lines: beforeAfterLines(outputs) },
        {
          title: `Monthly cost: ${usdWords(cost.before)} → ${usdWords(cost.after)} USD (${signed(cost)})`,
          lines: cost.lines.length === 0 ? ["No priced quantity changes."] : [...costTable(cost.lines), priceNote(plan)]
        }
      ]
  return {
    title: `${titleOf(plan)}: changes since ${base}`,
    sections: [...sections, { title: "Notes", lines: notes }].filter(({ lines }) => lines.length > 0)
  }
}

const resourceLines = (sign: string, resources: ReadonlyArray<PlannedResource>) =>
  resources.map((each) => `${sign} ${resourceWords(each)}${componentWords(each.within)}`)

const componentWords = (within: ReadonlyArray<string>) => (within.length === 0 ? "" : ` (in ${within.join(" / ")})`)

const differenceWords = ({ path, before, after, secret }: Difference): string =>
  secret ? `${path}: changed` : `${path}: ${valueWords(before)} → ${valueWords(after)}`

const permissionLines = (sign: string, all: ReadonlyArray<PrincipalPermissions>) =>
  all.flatMap(({ who, sentences }) => sentences.map((sentence) => `${sign} ${who} ${sentence}`))

const beforeAfterLines = ({ before, after }: BeforeAfter<ReadonlyArray<string>>) => [
  ...before.map((text) => `- ${text}`),
  ...after.map((text) => `+ ${text}`)
]

const costTable = (lines: ReadonlyArray<CostChange>): ReadonlyArray<string> =>
  formatTable<CostChange>(
    [
      { head: "Service", cell: ({ line }) => line.service },
      { head: "Unit", cell: ({ line }) => line.what },
      { head: "Before", align: "right", cell: ({ quantity }) => quantityWords(quantity.before) },
      { head: "After", align: "right", cell: ({ quantity }) => quantityWords(quantity.after) },
      { head: "USD", align: "right", cell: ({ cost }) => signed(cost) }
    ],
    lines,
    0
  ).split("\n")

const signed = ({ before, after }: BeforeAfter<number>) => {
  const usd = after - before
  return `${usd > 0 ? "+" : usd < 0 ? "−" : "±"}${usdWords(Math.abs(usd))}`
}
