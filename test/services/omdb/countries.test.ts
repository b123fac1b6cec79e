import { assert, describe, it } from "@effect/vitest"
import facts from "../../../local/omdb/facts/movies.json" with { type: "json" }
import { countryCodes } from "../../../services/omdb/countries.ts"

describe("countryCodes", () => {
  it("returns a code for each country of the stand-in's movies, and one for its two names", () => {
    const countries = new Set(facts.flatMap(({ Country }) => Country.split(", ")))
    const without = [...countries].filter((name) => countryCodes([name]).length === 0)
    assert.deepStrictEqual(without, ["Soviet Union"])
    assert.deepStrictEqual(countryCodes(["USA", "UK", "United States", "United Kingdom", "West Germany", "Germany"]), [
      ...["US", "GB", "DE"]
    ])
  })

  it.each([
    ["Congo", "CG"],
    ["The Democratic Republic of Congo", "CD"],
    ["Syria", "SY"],
    ["Aland Islands", "AX"],
    ["Réunion", "RE"],
    ["Vatican City", "VA"],
    ["Czech Republic", "CZ"],
    ["turkey", "TR"]
  ])("returns for %s the code %s", (name, code) => {
    assert.deepStrictEqual(countryCodes([name]), [code])
  })

  it("leaves out states without a code and unknown names", () => {
    assert.deepStrictEqual(countryCodes(["Czechoslovakia", "Yugoslavia", "East Germany", "Atlantis"]), [])
  })
})
