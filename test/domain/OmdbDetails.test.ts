import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { OmdbDetails } from "../../domain/OmdbDetails.ts"

const isDetails = Schema.is(OmdbDetails)
const details = { imdbId: "tt0111161", ratings: [], raw: {} }

describe("OmdbDetails", () => {
  it.each([
    { countryCodes: ["US", "GB"] },
    { raw: { Title: "Das Boot", imdbVotes: 0, Response: true, Plot: null } },
    { year: { year: 2006, ongoing: true } }
  ])("accepts %j", (fields) => {
    assert.isTrue(isDetails({ ...details, ...fields }))
  })

  it.each([
    ["a code of three letters", { countryCodes: ["USA"] }],
    ["a code in lower case", { countryCodes: ["us"] }],
    ["negative zero in raw", { raw: { imdbVotes: -0 } }],
    ["a series that does not still run as ongoing", { year: { year: 2006, ongoing: false } }]
  ])("rejects %s", (_, fields) => {
    assert.isFalse(isDetails({ ...details, ...fields }))
  })
})
