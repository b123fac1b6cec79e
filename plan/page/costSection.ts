import type { Cost, CostLine } from "../cost/cost.ts"
import type { Plan } from "../Plan.ts"
import type { Block, Section } from "./Page.ts"
import { list, paragraph } from "./Page.ts"
import { quantityWords, usdWords } from "./words.ts"

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
