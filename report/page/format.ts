import * as DateTime from "effect/DateTime"
import type { RunDate } from "../../domain/RunDate.ts"
import type { Instant } from "../../domain/Values.ts"
import { type Html, html } from "./html.ts"

const locale = "en-US"
const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 2 })
const oneDecimal = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 2 })
const compact = new Intl.NumberFormat(locale, { notation: "compact", maximumSignificantDigits: 3 })
const signed = new Intl.NumberFormat(locale, { signDisplay: "exceptZero", maximumFractionDigits: 2 })

export const number = (value: number): string => whole.format(value)
export const rating = (value: number): string => oneDecimal.format(value)
export const short = (value: number): string => compact.format(value)
export const difference = (value: number): string => signed.format(value)
export const plural = (count: number, one: string, several = `${one}s`): string =>
  `${number(count)} ${count === 1 ? one : several}`
export const duration = (minutes: number): string =>
  minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")}`

/** A value with its exact number for readers of the markup and on hover. */
export const exact = (value: number | undefined, format: (value: number) => string): Html =>
  value === undefined ? absent : html`<data value="${value}" title="${number(value)}">${format(value)}</data>`
export const absent = html`<span class="absent" title="No value">–</span>`

/** Saturday, 21 November 2026. */
export const longDate = (runDate: RunDate): string => formatDate(runDate, { dateStyle: "full" })
/** 21 Nov. */
export const shortDate = (runDate: RunDate): string => formatDate(runDate, { day: "numeric", month: "short" })
const formatDate = (runDate: RunDate, options: Intl.DateTimeFormatOptions) =>
  DateTime.formatUtc(DateTime.makeUnsafe(`${runDate}T00:00:00Z`), { locale: "en-GB", ...options })

/** 21 November 2026, 06:15 UTC. */
export const instant = (value: Instant): Html => {
  const text = DateTime.formatUtc(DateTime.makeUnsafe(value), {
    locale: "en-GB",
    ...{ day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit" }
  })
  return html`<time datetime="${value}">${text.replace(" at ", ", ")} UTC</time>`
}

/** At most `length` characters, without half a character at the end. */
export const shortened = (text: string, length: number): string => {
  const characters = [...text]
  return characters.length <= length
    ? text
    : `${characters
        .slice(0, length - 1)
        .join("")
        .trimEnd()}…`
}

/** Texts from outside have any length, and the page has a limit. */
export const maxTitleLength = 80
const maxListLength = 60

/** A title as it is shown. `bdi` keeps right-to-left text from changing the order of its surroundings. */
export const titleText = (title: string): Html => html`<bdi>${shortened(title, maxTitleLength)}</bdi>`
export const listText = (items: ReadonlyArray<string> | undefined): Html =>
  items === undefined ? absent : html`<bdi>${shortened(items.join(", "), maxListLength)}</bdi>`

/** The address if it is one of https, else undefined. */
export const httpsAddress = (address: string | undefined): string | undefined => {
  const url = address === undefined ? null : URL.parse(address)
  return url?.protocol === "https:" ? url.href : undefined
}

export const imdbAddress = (imdbId: string): string => `https://www.imdb.com/title/${imdbId}/`
