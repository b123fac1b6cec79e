import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"

// What a movie's fields are made of. All are bounded, and absent is an absent key: never "", never an empty list.

// JSON and CSV write -0 as 0, so it would not come back as it went in.
const notMinusZero = Schema.makeFilter((number: number) => !Object.is(number, -0), { expected: "no negative zero" })

export const text = (longest: number) => Schema.String.check(Schema.isBetweenLength(1, longest))
export const whole = (minimum: number, maximum = Number.MAX_SAFE_INTEGER) =>
  Schema.Int.check(Schema.isBetween({ minimum, maximum }), notMinusZero)
export const upTo = (maximum: number) => Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum }), notMinusZero)

/** In characters: twenty such fields, in any script, still fit into an item of DynamoDB's 400 KB. */
export const longestText = 4_000
export const Text = text(longestText)
export const List = Schema.Array(Text).check(Schema.isNonEmpty())

export const Year = whole(1870, 2200)
/** IMDb's rating, out of ten. */
export const Stars = upTo(10)
export const Percent = upTo(100)
/** At least one: nobody's vote is no rating. */
export const Votes = whole(1)

/** A real calendar day, `YYYY-MM-DD`. */
export const IsoDate = Schema.String.check(
  Schema.isPattern(/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/, { expected: "a date such as 2026-11-21" }),
  Schema.makeFilter(isRealDay, { expected: "a day of the calendar" })
)
export type IsoDate = typeof IsoDate.Type

// JavaScript reads 2026-02-30 as 2 March, so the day must come back as it went in.
function isRealDay(day: string): boolean {
  return Option.exists(DateTime.make(`${day}T00:00:00Z`), (instant) => DateTime.formatIsoDateUtc(instant) === day)
}

/** A moment as the stored JSON tells it and `DateTime.formatIso` writes it: ISO 8601, UTC, `2026-11-21T06:00:00.000Z`. */
export const Instant = Schema.String.check(
  Schema.isPattern(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,3})?Z$/, {
    expected: "an instant such as 2026-11-21T06:00:00.000Z"
  })
)
export type Instant = typeof Instant.Type

/** A key that is absent when its value is unusable: one garbled field of a foreign answer must not cost the movie. */
export const orAbsent = <S extends Schema.Constraint>(usable: S) =>
  Schema.optionalKey(usable).pipe(Schema.catchDecoding(() => Effect.succeedNone))
