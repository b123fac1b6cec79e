import type { Cost, CostLine } from "../cost/cost.ts"
import type { DisplayValue } from "../displayInputs.ts"
import type { Plan, PlannedResource, PrincipalPermissions } from "../Plan.ts"
import { type Block, list, type Page, paragraph, type Section } from "./Page.ts"

export const planPage = (plan: Plan): Page => ({ title: titleOf(plan), sections: planSections(plan) })

export const titleOf = ({ project, stack, region }: Plan): string => `${project}, stack ${stack} in ${region}`

export const planSections = (plan: Plan): ReadonlyArray<Section> => {
  const { resources, permissions, triggers, alarms, outputs } = plan
  const [ofFunctions, ofOthers] = [true, false].map((isFunction) =>
    permissions.filter((each) => each.isFunction === isFunction)
  )
  return [
    { title: `Resources: ${resources.length}`, blocks: [resourceList(resources)], isFolded: true },
    { title: "Permissions of functions", blocks: [permissionList(ofFunctions)] },
    { title: "Other permissions", blocks: [permissionList(ofOthers)] },
    { title: "Triggers and retries", blocks: [orNone(triggers)] },
    { title: "Alarms", blocks: [orNone(alarms)] },
    { title: "Stack outputs", blocks: [orNone(outputs.length === 0 ? [] : [outputs.join(", ")])] },
    costSection(plan)
  ]
}

/** The source of the prices and how reliable they are. */
export const priceNote = ({ region, cost: { noted } }: Plan): string => {
  const note = `List prices of ${noted.region}, recorded on ${noted.on} without network access: verify them at the sources in plan/cost/prices.ts.`
  return region === noted.region ? note : `${note} The stack is in ${region}, where some prices are about 25 % higher.`
}

const resourceList = (resources: ReadonlyArray<PlannedResource>): Block => ({
  _tag: "List",
  items: [...Map.groupBy(resources, ({ within }) => within.join(" / "))].map(([component, inside]) => ({
    text: component === "" ? "Outside components" : component,
    items: inside.map((each) => ({ text: resourceWords(each) }))
  }))
})

const permissionList = (all: ReadonlyArray<PrincipalPermissions> = []): Block => ({
  _tag: "List",
  items: all.map(({ who, sentences }) => ({ text: who, items: sentences.map((text) => ({ text })) }))
})

const orNone = (texts: ReadonlyArray<string>) => list(texts.length === 0 ? ["none"] : texts)

const costSection = (plan: Plan): Section => {
  const { total, runsPerMonth, moviesPerRun, unpriced, assumptions } = plan.cost
  return {
    title: `Monthly cost: ${usdWords(total)} USD for ${quantityWords(runsPerMonth)} runs of ${moviesPerRun} movies`,
    blocks: [
      costTable(plan.cost),
      paragraph(priceNote(plan)),
      ...(unpriced.length === 0 ? [] : [paragraph(`Not priced: ${unpriced.join(", ")}.`)]),
      paragraph("Assumptions:"),
      list(assumptions)
    ]
  }
}

const costTable = ({ lines, total, listTotal }: Cost): Block => ({
  _tag: "Table",
  head: ["Service", "Unit", "Per month", "Price, USD", "Free per month", "USD", "List price, USD"],
  textColumns: 2,
  rows: [
    ...lines.map((line) => [
      line.service,
      line.what,
      quantityWords(line.quantity),
      priceWords(line),
      freeWords(line),
      usdWords(line.cost),
      usdWords(line.listCost)
    ]),
    ["Total", "", "", "", "", usdWords(total), usdWords(listTotal)]
  ]
})

const priceWords = ({ usd, per }: CostLine): string => {
  const isWholeCents = usd === Math.round(usd * 100) / 100
  const price =
    usd >= 0.01 ? usd.toFixed(isWholeCents ? 2 : 3) : usd.toLocaleString("en-US", { maximumFractionDigits: 10 })
  return per === 1 ? price : `${price} per ${per.toLocaleString("en-US")}`
}

const freeWords = ({ free, sharesFree }: CostLine): string =>
  free === undefined ? "" : `${free.toLocaleString("en-US")}${sharesFree === undefined ? "" : " shared"}`

/** `sqs Queue` for `aws:sqs/queue:Queue`. */
export const typeWords = (type: string): string => {
  const [, service, , name] = type.split(/[:/]/)
  return name === undefined ? type : `${service} ${name}`
}

export const resourceWords = ({ type, name, facts, protect, retainOnDelete }: PlannedResource): string => {
  const options = [...(protect ? ["protected"] : []), ...(retainOnDelete ? ["retained on delete"] : [])]
  const all = [facts, ...options].filter((part) => part !== "").join(", ")
  return `${typeWords(type)} ${name}${all === "" ? "" : `: ${all}`}`
}

/** On one line; as JSON unless it is a string that reads the same without quotes. */
export const valueWords = (value: DisplayValue | undefined): string => {
  if (value === undefined) return "(absent)"
  return typeof value === "string" && /^\S(.*\S)?$/.test(value) ? value : JSON.stringify(value)
}

/** Three significant digits; from 100 on a whole number. */
export const quantityWords = (quantity: number): string =>
  quantity >= 100
    ? Math.round(quantity).toLocaleString("en-US")
    : quantity.toLocaleString("en-US", { maximumSignificantDigits: 3 })

export const usdWords = (usd: number): string =>
  usd === 0 || Math.abs(usd) >= 0.01
    ? usd.toFixed(2)
    : usd.toLocaleString("en-US", { maximumSignificantDigits: 1, maximumFractionDigits: 9 })
