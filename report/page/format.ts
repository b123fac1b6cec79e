import { Buffer } from "node:buffer"
import * as DateTime from "effect/DateTime"
import { escapeUTF8 } from "entities/escape"
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

/** A value with its exact number for readers of the markup and, where it is rounded, on hover. */
export const exact = (value: number | undefined, format: (value: number) => string): Html => {
  if (value === undefined) return absent
  const [text, whole] = [format(value), number(value)]
  return Number(text) === value
    ? html`<data value="${value}">${text}</data>`
    : html`<data value="${value}" title="${whole}">${text}</data>`
}
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

/**
 * At most `length` characters, and twice as many bytes of markup: texts from outside have any length, and the page has a
 * limit.
 */
export const shortened = (text: string, length: number): string => {
  let [kept, bytes] = ["", 0]
  for (const [index, character] of [...text].entries()) {
    bytes += Buffer.byteLength(escapeUTF8(character))
    if (index >= length || bytes > length * 2) return `${kept.trimEnd()}…`
    kept += character
  }
  return text
}

const maxTitleLength = 80
const maxListLength = 60
const maxAddressLength = 500

/** A title as it is shown. `bdi` keeps right-to-left text from changing the order of its surroundings. */
export const titleText = (title: string): Html => html`<bdi>${shortened(title, maxTitleLength)}</bdi>`
export const listText = (items: ReadonlyArray<string> | undefined): Html =>
  items === undefined ? absent : html`<bdi>${shortened(items.join(", "), maxListLength)}</bdi>`

/** The address if it is one of https and not too long, else undefined. */
export const httpsAddress = (address: string | undefined): string | undefined => {
  const url = address === undefined ? null : URL.parse(address)
  return url?.protocol === "https:" && url.href.length <= maxAddressLength ? url.href : undefined
}

export const imdbAddress = (imdbId: string): string => `https://www.imdb.com/title/${imdbId}/`
