import { formatTable } from "../../cli/output.ts"
import { type BeforeAfter, type Change, type CostChange, isEmpty } from "../Change.ts"
import type { Cost, CostLine } from "../cost/cost.ts"
import type { Difference } from "../differences.ts"
import { valueWords } from "../displayInputs.ts"
import type { Plan, PlannedResource, PrincipalPermissions } from "../Plan.ts"
import { type Page, quantityWords, type Section, typeWords, usdWords } from "./Page.ts"

export const planPage = (plan: Plan): Page => ({
  title: titleOf(plan),
  sections: [...warningSections(plan), ...planSections(plan)]
})

const warningSections = ({ warnings }: Plan): ReadonlyArray<Section> =>
  warnings.length === 0 ? [] : [{ title: "Warnings", lines: warnings }]

const titleOf = ({ project, stack, region }: Plan): string => `${project}, stack ${stack} in ${region}`

export const planSections = (plan: Plan): ReadonlyArray<Section> => {
  const { resources, permissions, triggers, alarms, outputs, cost } = plan
  const byComponent = Map.groupBy(resources, ({ within }) => within.join(" / ") || "Outside components")
  const permissionsWhere = (isFunction: boolean) =>
    permissions
      .filter((each) => each.isFunction === isFunction)
      .flatMap(({ who, sentences }) => [who, ...sentences.map(indented)])
  return [
    {
      title: `Resources: ${resources.length}`,
      lines: [...byComponent].flatMap(([component, inside]) => [component, ...inside.map(resourceWords).map(indented)]),
      isFolded: true
    },
    { title: "Permissions of functions", lines: permissionsWhere(true) },
    { title: "Other permissions", lines: permissionsWhere(false) },
    { title: "Triggers and retries", lines: triggers },
    { title: "Alarms", lines: alarms },
    { title: "Stack outputs", lines: [outputs.join(", ")] },
    {
      title: `Monthly cost: ${usdWords(cost.total)} USD for ${quantityWords(cost.runsPerMonth)} runs of ${cost.moviesPerRun} movies`,
      lines: [
        ...costTable(cost),
        priceNote(plan),
        ...(cost.unpriced.length === 0 ? [] : [`Not priced: ${cost.unpriced.join(", ")}.`]),
        "Assumptions:",
        ...cost.assumptions
      ]
    }
  ]
}

const indented = (line: string) => `  ${line}`

/** The source of the prices and how reliable they are. */
export const priceNote = ({ region, cost: { noted } }: Plan): string => {
  const note = `List prices of ${noted.region}, recorded on ${noted.on} without network access: verify them at the sources in plan/cost/prices.ts.`
  return region === noted.region ? note : `${note} The stack is in ${region}, where some prices are about 25 % higher.`
}

const costTable = ({ lines, total, listTotal }: Cost): ReadonlyArray<string> =>
  formatTable<Partial<CostLine>>(
    [
      { head: "Service", cell: ({ service = "Total" }) => service },
      { head: "Unit", cell: ({ what }) => what },
      { head: "Per month", align: "right", cell: ({ quantity }) => quantity && quantityWords(quantity) },
      {
        head: "Price, USD",
        align: "right",
        cell: ({ usd, per }) => usd && `${usd} per ${per?.toLocaleString("en-US")}`
      },
      { head: "Free per month", align: "right", cell: ({ free }) => free?.toLocaleString("en-US") },
      { head: "USD", align: "right", cell: ({ cost = total }) => usdWords(cost) },
      { head: "List price, USD", align: "right", cell: ({ listCost = listTotal }) => usdWords(listCost) }
    ],
    [...lines, {}],
    0
  ).split("\n")

const resourceWords = ({ type, name, facts, protect, retainOnDelete }: PlannedResource): string => {
  const all = [facts, protect ? "protected" : "", retainOnDelete ? "retained on delete" : ""]
  const words = all.filter((part) => part !== "").join(", ")
  return `${typeWords(type)} ${name}${words === "" ? "" : `: ${words}`}`
}

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
          lines:
            cost.lines.length === 0
              ? ["No priced quantity changes."]
              : [...costChangeTable(cost.lines), priceNote(plan)]
        }
      ]
  return {
    title: `${titleOf(plan)}: changes since ${base}`,
    sections: [...warningSections(plan), ...sections, { title: "Notes", lines: notes }].filter(
      ({ lines }) => lines.length > 0
    )
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

const costChangeTable = (lines: ReadonlyArray<CostChange>): ReadonlyArray<string> =>
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
