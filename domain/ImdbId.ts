import * as Schema from "effect/Schema"
import * as SchemaTransformation from "effect/SchemaTransformation"

/** An IMDb id in its canonical form: `tt` and the number, padded to seven digits, such as `tt0111161`. */
const CanonicalImdbId = Schema.String.check(
  Schema.isPattern(/^tt(\d{7}|[1-9]\d{7})$/, { expected: "an IMDb id such as tt0111161" }),
  Schema.makeFilter((imdbId) => imdbId !== "tt0000000", { expected: "a number above zero" })
).pipe(Schema.brand("ImdbId"))

/** IMDb's id of a title. Decoding brings every spelling to the canonical form: `TT0111161 `, `tt00111161`, `tt60196`. */
export const ImdbId = Schema.String.pipe(
  Schema.decodeTo(
    CanonicalImdbId,
    SchemaTransformation.transform({
      decode: (text: string) =>
        text.trim().replace(/^tt0*(\d+)$/i, (_, number: string) => `tt${number.padStart(7, "0")}`),
      encode: (imdbId: string) => imdbId
    })
  )
)
export type ImdbId = typeof ImdbId.Type
