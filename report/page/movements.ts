import type { Change, Movement, Placement } from "../movement.ts"
import { difference, exact, shortDate } from "./format.ts"
import { type Html, html } from "./html.ts"

/** The movie's movement since the previous run, as a short mark with its meaning. */
export const movementMark = (movement: Movement | undefined): Html | undefined => {
  if (movement === undefined || movement.type === "unknown") return undefined
  if (movement.change === undefined) {
    return html`<span class="mark new">${movement.type === "new" ? "New" : "Returned"}</span>`
  }
  const { ranks, since } = movement.change
  if (ranks === 0) return html`<span class="mark same" title="Same rank as in the previous run">=</span>`
  const [direction, arrow] = ranks > 0 ? ["up", "▲"] : ["down", "▼"]
  const spoken = html`<span class="hidden">${direction} </span>`
  return html`<span class="mark ${direction}" title="Rank ${since.rank} before">${spoken}<span aria-hidden="true">${arrow}</span> ${Math.abs(ranks)}</span>`
}

/** A difference, or nothing for none. */
export const delta = (value: number | undefined): Html | undefined =>
  value === undefined || value === 0
    ? undefined
    : html`<span class="delta ${value > 0 ? "up" : "down"}">${exact(value, difference)}</span>`

/** The ranks of the last 30 days as a line; the text beside it says the same. */
export const rankLine = (history: ReadonlyArray<Placement>): Html | undefined => {
  if (history.length < 3) return undefined
  const ranks = history.map(({ rank }) => rank)
  const [best, worst] = [Math.min(...ranks), Math.max(...ranks)]
  const range = Math.max(worst - best, 4)
  const x = (index: number) => round(2 + (index * 96) / (ranks.length - 1))
  const y = (rank: number) => round(3 + ((rank - best + (range - (worst - best)) / 2) * 18) / range)
  const points = ranks.map((rank, index) => `${x(index)},${y(rank)}`).join(" ")
  const last = history.length - 1
  return html`<svg class="line" viewBox="0 0 100 24" aria-hidden="true"><polyline points="${points}"/><circle cx="${x(last)}" cy="${y(ranks[last] ?? best)}" r="2.5"/></svg>`
}

const round = (value: number) => Math.round(value * 10) / 10

/** Rank 3 on 22 Oct. */
export const sinceText = ({ since }: Change): string => `Rank ${since.rank} on ${shortDate(since.runDate)}`
