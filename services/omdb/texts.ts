import * as Predicate from "effect/Predicate"
import * as Record from "effect/Record"
import { parseDecimal, parseWhole } from "../../domain/texts.ts"

// Parsers for the texts in OMDb's replies: each takes one trimmed text and returns undefined for an unknown form.

/** `1994`; a series that ended, `1994–1997`; a series that still runs, `2006–`. */
export const years = (text: string) => {
  const [, from, range, to] = /^(\d{4})(?:\s*([–-])\s*(\d{4})?)?$/.exec(text) ?? []
  if (from === undefined) return undefined
  if (range === undefined) return { year: Number(from) }
  return to === undefined ? { year: Number(from), ongoing: true as const } : { year: Number(from), endYear: Number(to) }
}

/** `14 Oct 1994` as `1994-10-14`. Whether the date exists is checked by the schema. */
export const isoDate = (text: string) => {
  const [, day, month, year] = /^(\d{1,2}) ([A-Z][a-z]{2}) (\d{4})$/.exec(text) ?? []
  if (day === undefined || month === undefined || !months.includes(month)) return undefined
  return [year, twoDigits(months.indexOf(month) + 1), twoDigits(day)].join("-")
}
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
const twoDigits = (part: number | string) => String(part).padStart(2, "0")

/** `142 min`, `142`, `2 h`, `1 h 15 min`. */
export const minutes = (text: string) => {
  const [, hours, rest] = /^(?:(\d{1,3}) ?h)? ?(?:(\d{1,5}) ?min)?$/.exec(text) ?? []
  if (hours === undefined && rest === undefined) return parseWhole(text)
  return Number(hours ?? 0) * 60 + Number(rest ?? 0)
}

/** `3,120,594`. */
export const whole = parseWhole

/** `9.3`. */
export const decimal = parseDecimal

/** `$28,767,189`, `28767189`, `$292.6M`, `$30,459,009.00`, in whole dollars. */
export const dollars = (text: string) => {
  const [, amount, unit] = /^\$?(\d[\d,]*(?:\.\d+)?) ?([KMB])?$/.exec(text) ?? []
  if (amount === undefined) return undefined
  const factor = unit === "K" ? 1e3 : unit === "M" ? 1e6 : unit === "B" ? 1e9 : 1
  return Math.round(Number(amount.replaceAll(",", "")) * factor)
}

/** `89%`, `82/100` and `9.3/10` as 89, 82 and 93. */
export const percent = (text: string) => {
  const [, score, outOf] = /^(\d+(?:\.\d+)?)(?:%|\/(\d+))$/.exec(text) ?? []
  if (score === undefined) return undefined
  return Math.round((Number(score) / Number(outOf ?? 100)) * 1000) / 10
}

/** `Crime, Drama`. A comma in brackets is part of its item. */
export const list = (text: string) =>
  text
    .split(/,\s*(?![^(]*\))/)
    .map((item) => item.trim())
    .filter((item) => item !== "")

/**
 * A `list` of names, each once, without the note in brackets of older texts: `Stephen King (novel)`. The comma before
 * `Jr.` is part of a name.
 */
export const people = (text: string) => {
  const names: Array<string> = []
  for (const item of list(text)) {
    const name = item.replace(/\s*\(.*\)$/, "")
    const last = names.at(-1)
    if (last !== undefined && nameSuffix.test(name)) names[names.length - 1] = `${last}, ${name}`
    else if (name !== "") names.push(name)
  }
  return [...new Set(names)]
}

// No pattern for initials: T.I. and RZA are actors.
const nameSuffix =
  /^(?:[JS]r\.?|Junior|Senior|II|III|IV|Esq\.?|M\.?D\.?|Ph\.? ?D\.?|J\.D\.|D\.D\.S\.|D\.V\.M\.|Ed\.D\.|Psy\.D\.|R\.N\.|[MOCK]\.?B\.?E\.?)$/i

/**
 * `Won 2 Oscars. 164 wins & 165 nominations total`. Other prizes can be named in place of the Oscars, and the point after
 * them can be missing. `Won 2 Oscars. Another 97 wins` are 99 wins.
 */
export const awards = (text: string) => {
  const [, verb, number, prize] = /^(Won|Nominated for) (\d{1,4}) (\w+)/.exec(text) ?? []
  const named = number === undefined ? undefined : Number(number)
  const counts = (noun: string, isNamed: boolean) => {
    const [, digits] = new RegExp(`(\\d[\\d,]{0,6}) ${noun}s?\\b`).exec(text) ?? []
    const others = digits === undefined ? undefined : parseWhole(digits)
    if (!isNamed || named === undefined) return others
    return others === undefined || /\bAnother\b/.test(text) ? named + (others ?? 0) : others
  }
  const oscars = prize !== undefined && /^Oscars?$/.test(prize) ? named : undefined
  const stated = {
    oscarsWon: verb === "Won" ? oscars : undefined,
    oscarNominations: verb === "Won" ? undefined : oscars,
    awardWins: counts("win", verb === "Won"),
    awardNominations: counts("nomination", verb === "Nominated for")
  }
  return Record.filter(stated, Predicate.isNotUndefined) as { readonly [Key in keyof typeof stated]?: number }
}
