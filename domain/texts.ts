import { decodeHTMLStrict } from "entities/decode"

// Texts of the list and of OMDb, as they come from outside.

/**
 * A text as it is kept: HTML entities decoded once, on one line, trimmed, and well-formed, since UTF-8 has no half of a
 * surrogate pair.
 */
export const keptText = (text: string): string =>
  decodeHTMLStrict(text)
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ")
    .toWellFormed()
    .trim()

/** `9.3` and `9,3`. */
export const parseDecimal = (text: string): number | undefined =>
  /^\d+([.,]\d+)?$/.test(text) ? Number(text.replace(",", ".")) : undefined

/** `3,120,594` and `3120594`. */
export const parseWhole = (text: string): number | undefined =>
  /^\d{1,3}(,\d{3})*$|^\d+$/.test(text) ? Number(text.replaceAll(",", "")) : undefined
