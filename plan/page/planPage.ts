import type { Cost, CostLine } from "../cost/cost.ts"
import type { Plan, PlannedResource, PrincipalPermissions } from "../Plan.ts"
import { quantityWords, resourceWords, usdWords } from "./format.ts"
import type { Block } from "./Page.ts"
import { type Item, list, type Page, paragraph, type Section } from "./Page.ts"

const priceWords = ({ usd, per }: CostLine): string => {
  const price =
    usd >= 0.01
      ? usd.toFixed(usd === Math.round(usd * 100) / 100 ? 2 : 3)
      : `${usd.toLocaleString("en-US", { maximumFractionDigits: 10 })}`
  return per === 1 ? price : `${price} per ${per.toLocaleString("en-US")}`
}

const freeWords = ({ free, sharesFree }: CostLine): string =>
  free === undefined ? "" : `${free.toLocaleString("en-US")}${sharesFree === undefined ? "" : " shared"}`

const table = (cost: Cost): Block => ({
  kind: "table",
  head: ["Service", "What", "A month", "Price, USD", "Free a month", "USD", "USD if nothing were free"],
  words: 2,
  rows: [
    ...cost.lines.map((line) => [
      line.service,
      line.what,
      quantityWords(line.quantity),
      priceWords(line),
      freeWords(line),
      usdWords(line.cost),
      usdWords(line.listCost)
    ]),
    ["Total", "", "", "", "", usdWords(cost.total), usdWords(cost.listTotal)]
  ]
})

/** Where the prices come from, and how far they are to be trusted. */
export const priceNote = ({ region, cost: { noted } }: Plan): string => {
  const elsewhere = region === noted.region ? "" : `; the stack is in ${region}, where some are about a quarter higher`
  return `List prices of ${noted.region}, noted on ${noted.on} without a network and to be checked at the sources that plan/prices.ts names${elsewhere}.`
}

export const costSection = (plan: Plan): Section => {
  const { cost } = plan
  const runs = `${quantityWords(cost.runsPerMonth)} runs of ${cost.moviesPerRun} movies`
  return {
    title: `Cost a month: ${usdWords(cost.total)} USD for ${runs}`,
    blocks: [
      table(cost),
      paragraph(priceNote(plan)),
      ...(cost.unpriced.length === 0 ? [] : [paragraph(`Without a price here: ${cost.unpriced.join(", ")}.`)]),
      paragraph("Assumed:"),
      list(cost.assumptions)
    ]
  }
}

const byComponent = (resources: ReadonlyArray<PlannedResource>): ReadonlyArray<Item> => {
  const places = [...new Set(resources.map(({ within }) => within.join(" / ")))]
  return places.map((place) => ({
    text: place === "" ? "In no component" : place,
    items: resources.filter(({ within }) => within.join(" / ") === place).map((each) => ({ text: resourceWords(each) }))
  }))
}

const permissionItems = (all: ReadonlyArray<PrincipalPermissions>): ReadonlyArray<Item> =>
  all.map(({ who, sentences }) => ({ text: who, items: sentences.map((text) => ({ text })) }))

const orNone = (texts: ReadonlyArray<string>) => list(texts.length === 0 ? ["none"] : texts)

export const planSections = (plan: Plan): ReadonlyArray<Section> => {
  const { resources, permissions, triggers, alarms, outputs } = plan
  return [
    {
      title: `Resources: ${resources.length}`,
      blocks: [{ kind: "list", items: byComponent(resources) }],
      folded: true
    },
    {
      title: "What each function may do",
      blocks: [{ kind: "list", items: permissionItems(permissions.filter(({ isFunction }) => isFunction)) }]
    },
    {
      title: "What else is allowed and denied",
      blocks: [{ kind: "list", items: permissionItems(permissions.filter(({ isFunction }) => !isFunction)) }]
    },
    { title: "What starts what", blocks: [orNone(triggers)] },
    { title: "Alarms", blocks: [orNone(alarms)] },
    { title: "Stack outputs", blocks: [orNone(outputs.length === 0 ? [] : [outputs.join(", ")])] },
    costSection(plan)
  ]
}

export const titleOf = ({ project, stack, region }: Plan): string => `${project}, stack ${stack} in ${region}`

/** What would be there. */
export const planPage = (plan: Plan): Page => ({ title: titleOf(plan), sections: planSections(plan) })
