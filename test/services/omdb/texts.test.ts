import { assert, describe, it } from "@effect/vitest"
import * as texts from "../../../services/omdb/texts.ts"

const parsers = { ...texts }

describe("parsers of OMDb's texts", () => {
  it.each([
    ["years", "1994", { year: 1994 }],
    ["years", "2006–", { year: 2006, ongoing: true }],
    ["years", "1994–1997", { year: 1994, endYear: 1997 }],
    ["years", "1994-1997", { year: 1994, endYear: 1997 }],
    ["years", "94", undefined],
    ["years", "1994–97", undefined],
    ["years", "–1997", undefined],
    ["isoDate", "14 Oct 1994", "1994-10-14"],
    ["isoDate", "1 Jan 2000", "2000-01-01"],
    ["isoDate", "14 Okt 1994", undefined],
    ["isoDate", "Oct 1994", undefined],
    ["isoDate", "1994", undefined],
    ["minutes", "142 min", 142],
    ["minutes", "2 h", 120],
    ["minutes", "1 h 15 min", 75],
    ["minutes", "2h 5min", 125],
    ["minutes", "34S min", undefined],
    ["minutes", "142", undefined],
    ["minutes", "min", undefined],
    ["minutes", "", undefined],
    ["whole", "3,120,594", 3120594],
    ["whole", "80", 80],
    ["whole", "1234567", 1234567],
    ["whole", "3,12", undefined],
    ["whole", "-5", undefined],
    ["whole", "3.5", undefined],
    ["whole", "1e3", undefined],
    ["decimal", "9.3", 9.3],
    ["decimal", "82", 82],
    ["decimal", ".5", undefined],
    ["decimal", "9,3", undefined],
    ["decimal", "0x10", undefined],
    ["dollars", "$28,767,189", 28767189],
    ["dollars", "$315", 315],
    ["dollars", "$292.6M", 292600000],
    ["dollars", "$1.2B", 1200000000],
    ["dollars", "$30,459,009.00", 30459009],
    ["dollars", "£28,767,189", undefined],
    ["dollars", "28,767,189", undefined],
    ["dollars", "$", undefined],
    ["dollars", "$ unknown", undefined],
    ["percent", "9.3/10", 93],
    ["percent", "1.1/10", 11],
    ["percent", "89%", 89],
    ["percent", "82/100", 82],
    ["percent", "4/5", 80],
    ["percent", "82", undefined],
    ["percent", "N/A", undefined],
    ["list", "Crime, Drama,Sci-Fi , ", ["Crime", "Drama", "Sci-Fi"]],
    ["list", "A (x,  y and z), B", ["A (x,  y and z)", "B"]],
    ["list", "A (x, B", ["A (x", "B"]],
    ["people", "Jim Starlin (Thanos,  Gamora and Drax), Stan Lee (Groot), Jim Starlin", ["Jim Starlin", "Stan Lee"]],
    ["people", "Adrian Molina(co-director)", ["Adrian Molina"]],
    ["people", "(uncredited), Graham Greene (by)", ["Graham Greene"]]
  ] as const)("%s parses %j as %j", (parser, text, value) => {
    assert.deepStrictEqual<unknown>(parsers[parser](text), value)
  })

  // Texts are limited to 4,000 characters before they are parsed.
  const long = ["(".repeat(4_000), ",".repeat(4_000), " ".repeat(4_000), ` (${" ".repeat(4_000)}`]
  it.each(Object.entries(parsers))("%s parses any 4,000 characters in less than a second", (_, parse) => {
    const start = performance.now()
    for (const text of long) parse(text)
    assert.isBelow(performance.now() - start, 1_000)
  })
})
