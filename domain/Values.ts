import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"

// The value types of a movie's fields. All are bounded, and an absent value is an absent key: never "", never [].

// JSON and CSV write -0 as 0, so -0 would not survive a round trip.
const notMinusZero = Schema.makeFilter((number: number) => !Object.is(number, -0), { expected: "no negative zero" })

// DynamoDB refuses numbers such as 1e-200. Property tests generate whole numbers: few random fractions have two decimals.
const twoDecimals = Schema.isMultipleOf(0.01, {
  expected: "at most two decimals",
  arbitraryConstraint: { number: "integer" }
})

/** Fifteen digits: written without an exponent, and exact in JSON, in the CSV and in DynamoDB. */
const maxInteger = 999_999_999_999_999

export const integer = (minimum: number, maximum = maxInteger) =>
  Schema.Int.check(Schema.isBetween({ minimum, maximum }), notMinusZero)
const decimal = (maximum: number) =>
  Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum }), twoDecimals, notMinusZero)

export const Year = integer(1870, 2200)
/** An IMDb rating, 0 to 10. */
export const Rating = decimal(10)
export const Percent = decimal(100)
export const Count = integer(0)
/** A number of votes. At least one: a rating without votes is not a rating. */
export const Votes = integer(1)
/** In whole US dollars. */
export const Usd = integer(0)

/** A string of 1 to `maxLength` characters (UTF-16 code units). */
export const text = (maxLength: number) => Schema.String.check(Schema.isBetweenLength(1, maxLength))
export const Text = text(1_000)
export const LongText = text(4_000)
export const Url = text(2_000)

/** Of all items of a list together, with one character between two items. */
export const maxListLength = 2_000
export const TextList = Schema.Array(Text).check(
  Schema.isNonEmpty(),
  Schema.makeFilter((items: ReadonlyArray<string>) => items.join("|").length <= maxListLength, {
    expected: `at most ${maxListLength} characters`
  })
)

/** A calendar date, `YYYY-MM-DD`. */
export const IsoDate = Schema.String.check(
  Schema.isPattern(/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/, { expected: "a date such as 2026-11-21" }),
  Schema.makeFilter(isCalendarDate, { expected: "a day of the calendar" })
).annotate({ format: "date" })
export type IsoDate = typeof IsoDate.Type

// JavaScript parses 2026-02-30 as 2 March, so compare the parsed date with the input.
function isCalendarDate(date: string): boolean {
  return Option.exists(DateTime.make(`${date}T00:00:00Z`), (instant) => DateTime.formatIsoDateUtc(instant) === date)
}

/** An instant as `DateTime.formatIso` writes it: ISO 8601, UTC, `2026-11-21T06:00:00.000Z`. */
export const Instant = Schema.String.check(
  Schema.isPattern(/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3])(:[0-5]\d){2}(\.\d{1,3})?Z$/, {
    expected: "an instant such as 2026-11-21T06:00:00.000Z"
  })
).annotate({ format: "instant" })
export type Instant = typeof Instant.Type

/** In milliseconds of the epoch. */
export const epochMillis = (instant: Instant): number => DateTime.toEpochMillis(DateTime.makeUnsafe(instant))

/** An optional key that is absent when its value is invalid: one malformed field must not fail the whole movie. */
export const absentIfInvalid = <S extends Schema.Constraint>(schema: S) =>
  Schema.optionalKey(schema).pipe(Schema.catchDecoding(() => Effect.succeedNone))
