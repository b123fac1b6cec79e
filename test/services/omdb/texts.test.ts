import { assert, describe, it } from "@effect/vitest"
import {
  decimal,
  dollars,
  isoDate,
  list,
  minutes,
  people,
  percent,
  whole,
  years
} from "../../../services/omdb/texts.ts"

type Parser = (text: string) => unknown
const cases: ReadonlyArray<[string, Parser, ReadonlyArray<readonly [text: string, value: unknown]>]> = [
  [
    "years",
    years,
    [
      ["1994", { year: 1994 }],
      ["2006–", { year: 2006, ongoing: true }],
      ["1994–1997", { year: 1994, endYear: 1997 }],
      ["1994-1997", { year: 1994, endYear: 1997 }],
      ["94", undefined],
      ["1994–97", undefined],
      ["–1997", undefined]
    ]
  ],
  [
    "isoDate",
    isoDate,
    [
      ["14 Oct 1994", "1994-10-14"],
      ["1 Jan 2000", "2000-01-01"],
      ["14 Okt 1994", undefined],
      ["Oct 1994", undefined],
      ["1994", undefined]
    ]
  ],
  [
    "minutes",
    minutes,
    [
      ["142 min", 142],
      ["2 h", 120],
      ["1 h 15 min", 75],
      ["2h 5min", 125],
      ["34S min", undefined],
      ["142", undefined],
      ["min", undefined],
      ["", undefined]
    ]
  ],
  [
    "whole",
    whole,
    [
      ["3,120,594", 3120594],
      ["80", 80],
      ["1234567", 1234567],
      ["3,12", undefined],
      ["-5", undefined],
      ["3.5", undefined],
      ["1e3", undefined]
    ]
  ],
  [
    "decimal",
    decimal,
    [
      ["9.3", 9.3],
      ["82", 82],
      [".5", undefined],
      ["9,3", undefined],
      ["0x10", undefined]
    ]
  ],
  [
    "dollars",
    dollars,
    [
      ["$28,767,189", 28767189],
      ["$315", 315],
      ["$292.6M", 292600000],
      ["$1.2B", 1200000000],
      ["$30,459,009.00", 30459009],
      ["£28,767,189", undefined],
      ["28,767,189", undefined],
      ["$", undefined],
      ["$ unknown", undefined]
    ]
  ],
  [
    "percent",
    percent,
    [
      ["9.3/10", 93],
      ["1.1/10", 11],
      ["89%", 89],
      ["82/100", 82],
      ["4/5", 80],
      ["82", undefined],
      ["N/A", undefined]
    ]
  ],
  [
    "list",
    list,
    [
      ["Crime, Drama,Sci-Fi , ", ["Crime", "Drama", "Sci-Fi"]],
      ["A (x,  y and z), B", ["A (x,  y and z)", "B"]],
      ["A (x, B", ["A (x", "B"]]
    ]
  ],
  [
    "people",
    people,
    [
      ["Jim Starlin (Thanos,  Gamora and Drax created by), Stan Lee (Groot), Jim Starlin", ["Jim Starlin", "Stan Lee"]],
      ["Adrian Molina(co-director)", ["Adrian Molina"]],
      ["(uncredited), Graham Greene (by)", ["Graham Greene"]]
    ]
  ]
]

describe.each(cases)("%s", (_, parse, texts) => {
  it.each(texts)("parses %j as %j", (text, value) => {
    assert.deepStrictEqual(parse(text), value)
  })

  // Texts are limited to 4,000 characters before they are parsed.
  it.each(["(".repeat(4_000), ",".repeat(4_000), " ".repeat(4_000), ` (${" ".repeat(4_000)}`])(
    "parses 4,000 characters in less than a second (case %#)",
    (text) => {
      const start = performance.now()
      parse(text)
      assert.isBelow(performance.now() - start, 1_000)
    }
  )
})
