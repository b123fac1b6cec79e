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
