import * as Schema from "effect/Schema"

/** IMDb's id of a title, such as `tt0111161`. */
export const ImdbId = Schema.String.check(
  Schema.isPattern(/^tt\d{7,8}$/, { expected: "an IMDb id such as tt0111161" })
).pipe(Schema.brand("ImdbId"))
export type ImdbId = typeof ImdbId.Type
