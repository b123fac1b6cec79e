import { assert, describe, it } from "@effect/vitest"
import * as texts from "../../../services/omdb/texts.ts"

const parsers = { ...texts }

describe("parsers of OMDb's texts", () => {
  it.each([
    ["years", "1994", { year: 1994 }],
    ["years", "2006–", { year: 2006, ongoing: true }],
    ["years", "1994–1997", { year: 1994, endYear: 1997 }],
    ["years", "1994-1997", { year: 1994, endYear: 1997 }],
    ["years", "1994 – 1997", { year: 1994, endYear: 1997 }],
    ["years", "94", undefined],
    ["years", "1994–97", undefined],
    ["years", "–1997", undefined],
    ["isoDate", "14 Oct 1994", "1994-10-14"],
    ["isoDate", "1 Jan 2000", "2000-01-01"],
    ["isoDate", "14 Okt 1994", undefined],
    ["isoDate", "Oct 1994", undefined],
    ["isoDate", "before 14 Oct 1994", undefined],
    ["isoDate", "14 Oct 1994 (USA)", undefined],
    ["isoDate", "1994", undefined],
    ["minutes", "142 min", 142],
    ["minutes", "2 h", 120],
    ["minutes", "10 h", 600],
    ["minutes", "1 h 15 min", 75],
    ["minutes", "2h 5min", 125],
    ["minutes", "34S min", undefined],
    ["minutes", "142", 142],
    ["minutes", "min", undefined],
    ["minutes", "about 2 h", undefined],
    ["minutes", "2 h each", undefined],
    ["minutes", "", undefined],
    ["dollars", "$28,767,189", 28767189],
    ["dollars", "$315", 315],
    ["dollars", "$292.6M", 292600000],
    ["dollars", "$1.2B", 1200000000],
    ["dollars", "$500K", 500000],
    ["dollars", "$5 million", undefined],
    ["dollars", "$30,459,009.00", 30459009],
    ["dollars", "£28,767,189", undefined],
    ["dollars", "28767189", 28767189],
    ["dollars", "$", undefined],
    ["dollars", "$ unknown", undefined],
    ["percent", "9.3/10", 93],
    ["percent", "1.1/10", 11],
    ["percent", "89%", 89],
    ["percent", "82/100", 82],
    ["percent", "4/5", 80],
    ["percent", "8.75/10", 87.5],
    ["percent", "about 89%", undefined],
    ["percent", "89% of all", undefined],
    ["percent", "82", undefined],
    ["percent", "N/A", undefined],
    ["list", "Crime, Drama,Sci-Fi , ", ["Crime", "Drama", "Sci-Fi"]],
    ["list", "A (x,  y and z), B", ["A (x,  y and z)", "B"]],
    ["list", "A (x, B", ["A (x", "B"]],
    ["people", "Jim Starlin (Thanos,  Gamora and Drax), Stan Lee (Groot), Jim Starlin", ["Jim Starlin", "Stan Lee"]],
    ["people", "Adrian Molina(co-director)", ["Adrian Molina"]],
    ["people", "(uncredited), Graham Greene (by)", ["Graham Greene"]],
    ["people", "Dean Martin, Sammy Davis, Jr., Peter Lawford", ["Dean Martin", "Sammy Davis, Jr.", "Peter Lawford"]],
    ["people", "Sammy Davis, Jr. (himself), Frank Sinatra, Sr", ["Sammy Davis, Jr.", "Frank Sinatra, Sr"]],
    [
      "people",
      "Harry Potter, III, John Doe, Ph.D., Jane Roe, M.D.",
      ["Harry Potter, III", "John Doe, Ph.D.", "Jane Roe, M.D."]
    ],
    ["people", "Paul Rudd, T.I., V, RZA", ["Paul Rudd", "T.I.", "V", "RZA"]],
    ["people", "Jr., Ana", ["Jr.", "Ana"]],
    ["people", "Muddy Waters, Junior Wells, Albert III", ["Muddy Waters", "Junior Wells", "Albert III"]],
    ["people", "Ana (Annie) Lee", ["Ana (Annie) Lee"]],
    [
      "awards",
      "Won 2 Oscars. 164 wins & 165 nominations total",
      { oscarsWon: 2, awardWins: 164, awardNominations: 165 }
    ],
    ["awards", "Won 1 Oscar. 1,051 wins & 1 nomination total", { oscarsWon: 1, awardWins: 1051, awardNominations: 1 }],
    ["awards", "Won 1 Oscar. Another 10 wins & 5 nominations.", { oscarsWon: 1, awardWins: 11, awardNominations: 5 }],
    [
      "awards",
      "Nominated for 7 Oscars. 21 wins & 42 nominations total",
      { oscarNominations: 7, awardWins: 21, awardNominations: 42 }
    ],
    [
      "awards",
      "Nominated for 1 Oscar. Another 9 wins & 1 nomination.",
      { oscarNominations: 1, awardWins: 9, awardNominations: 2 }
    ],
    ["awards", "Won 1 BAFTA Award12 wins & 30 nominations total", { awardWins: 12, awardNominations: 30 }],
    ["awards", "Won 1 BAFTA Film Award. Another 5 wins.", { awardWins: 6 }],
    ["awards", "Nominated for 2 Golden Globes. Another 4 wins & 7 nominations.", { awardWins: 4, awardNominations: 9 }],
    ["awards", "Won 1 Oscar.", { oscarsWon: 1, awardWins: 1 }],
    ["awards", "Won 11 Oscars. 126 wins", { oscarsWon: 11, awardWins: 126 }],
    ["awards", "5 wins.", { awardWins: 5 }],
    ["awards", "1 win & 2 nominations.", { awardWins: 1, awardNominations: 2 }],
    ["awards", "3 nominations total", { awardNominations: 3 }],
    ["awards", "Best in show", {}]
  ] as const)("%s parses %j as %j", (parser, text, value) => {
    assert.deepStrictEqual<unknown>(parsers[parser](text), value)
  })

  it("isoDate parses a date of every month", () => {
    const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    assert.deepStrictEqual(
      months.map((month) => texts.isoDate(`14 ${month} 1994`)),
      ["01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12"].map((month) => `1994-${month}-14`)
    )
  })

  it.each([
    ...["Jr", "sr.", "Junior", "Senior", "II", "III", "IV", "Esq", "Esq.", "MD", "M.D", "M.D.", "PhD", "Ph.D", "Ph.D."],
    ...["Ph. D.", "J.D.", "D.D.S.", "R.N.", "MBE", "OBE", "C.B.E.", "K.B.E"]
  ])("people keeps %s with the name before it", (suffix) => {
    assert.deepStrictEqual(texts.people(`Ana Lee, ${suffix}, Bo Li`), [`Ana Lee, ${suffix}`, "Bo Li"])
  })

  // Texts are limited to 4,000 characters before they are parsed.
  const long = ["(".repeat(4_000), ",".repeat(4_000), " ".repeat(4_000), ` (${" ".repeat(4_000)}`]
  it.each(Object.entries(parsers))("%s parses any 4,000 characters in less than a second", (_, parse) => {
    const start = performance.now()
    for (const text of long) parse(text)
    assert.isBelow(performance.now() - start, 1_000)
  })
})
