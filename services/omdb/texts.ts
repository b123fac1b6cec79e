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

/** `142 min`, `2 h`, `1 h 15 min`. */
export const minutes = (text: string) => {
  const [, hours, rest] = /^(?:(\d{1,3}) ?h)? ?(?:(\d{1,5}) ?min)?$/.exec(text) ?? []
  if (hours === undefined && rest === undefined) return undefined
  return Number(hours ?? 0) * 60 + Number(rest ?? 0)
}

/** `3,120,594`. */
export const whole = (text: string) => (/^\d{1,3}(,\d{3})*$|^\d+$/.test(text) ? withoutCommas(text) : undefined)

/** `9.3`. */
export const decimal = (text: string) => (/^\d+(\.\d+)?$/.test(text) ? Number(text) : undefined)

/** `$28,767,189`, `$292.6M`, `$30,459,009.00`, in whole dollars. */
export const dollars = (text: string) => {
  const [, amount, unit] = /^\$(\d[\d,]*(?:\.\d+)?) ?([KMB])?$/.exec(text) ?? []
  if (amount === undefined) return undefined
  return Math.round(withoutCommas(amount) * (unit === "K" ? 1e3 : unit === "M" ? 1e6 : unit === "B" ? 1e9 : 1))
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

/** A `list` of names, each once, without the note in brackets of older texts: `Stephen King (novel)`. */
export const people = (text: string) => [
  ...new Set(
    list(text)
      .map((name) => name.replace(/\s*\(.*\)$/, ""))
      .filter((name) => name !== "")
  )
]

const withoutCommas = (digits: string) => Number(digits.replaceAll(",", ""))
