import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as SchemaGetter from "effect/SchemaGetter"
import * as SchemaTransformation from "effect/SchemaTransformation"

/** A column of texts. */
export const text = <S extends Schema.Constraint & { readonly Encoded: string }>(value: S) =>
  harmless.pipe(Schema.decodeTo(value))

/** A column of numbers, in digits: `142`, `9.3`. */
export const number = <S extends Schema.Constraint & { readonly Encoded: number }>(value: S) =>
  Schema.String.check(Schema.isPattern(/^\d+(\.\d+)?(e[+-]\d+)?$/, { expected: "a number in digits" })).pipe(
    Schema.decodeTo(value, SchemaTransformation.numberFromString)
  )

/** A column of lists: their items joined by `|`. A `|` or a `\` within an item has a `\` before it. */
export const list = <S extends Schema.Constraint & { readonly Encoded: ReadonlyArray<string> }>(value: S) =>
  harmless.check(Schema.isPattern(joined, { expected: "a list joined by |" })).pipe(
    Schema.decodeTo(value, {
      decode: SchemaGetter.transform((cell) => (cell.match(item) ?? []).map((part) => part.replace(escaped, "$1"))),
      encode: SchemaGetter.transform((items) => items.map((part) => part.replace(/[\\|]/g, "\\$&")).join("|"))
    })
  )

const escaped = /\\([\\|])/g
const item = /(?:\\[\\|]|[^\\|])+/g
const joined = new RegExp(`^${item.source}(?:\\|${item.source})*$`)

// A spreadsheet takes a leading apostrophe for "this is text" and runs no formula after it. A text that begins with one
// of its own gets another, so that taking one away is always right.
const harmless = Schema.String.pipe(
  Schema.decode({
    decode: SchemaGetter.transform((cell: string) => cell.replace(/^'/, "")),
    encode: SchemaGetter.transform((value: string) => value.replace(/^[=+\-@\t\r']/, "'$&"))
  })
)

// Both are flipped for CsvRow, which says why.

/** A column that every row fills. */
export const always = <S extends Schema.Top>(cell: S) => Schema.flip(cell)

/** A column left empty where the value is absent. */
export const maybe = <S extends Schema.Constraint & { readonly Encoded: string }>(cell: S) =>
  Schema.flip(
    Schema.String.pipe(
      Schema.decodeTo(Schema.optionalKey(cell), {
        decode: SchemaGetter.transformOptional(Option.filter((text: string) => text !== "")),
        encode: SchemaGetter.transformOptional((text) => Option.some(Option.getOrElse(text, () => "")))
      })
    )
  )
