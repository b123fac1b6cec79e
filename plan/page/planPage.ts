import { formatTable } from "../../cli/output.ts"
import type { Cost, CostLine } from "../cost/cost.ts"
import type { Plan, PlannedResource } from "../Plan.ts"
import { type Page, quantityWords, type Section, typeWords, usdWords } from "./Page.ts"

export const planPage = (plan: Plan): Page => ({ title: titleOf(plan), sections: planSections(plan) })

export const titleOf = ({ project, stack, region }: Plan): string => `${project}, stack ${stack} in ${region}`

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

export const resourceWords = ({ type, name, facts, protect, retainOnDelete }: PlannedResource): string => {
  const all = [facts, protect ? "protected" : "", retainOnDelete ? "retained on delete" : ""]
  const words = all.filter((part) => part !== "").join(", ")
  return `${typeWords(type)} ${name}${words === "" ? "" : `: ${words}`}`
}
