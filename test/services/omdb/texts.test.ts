import { assert, describe, it } from "@effect/vitest"
import * as omdb from "../../../services/omdb/texts.ts"

describe("omdbTexts", () => {
  it.each([
    ["1994", { year: 1994 }],
    ["2006–", { year: 2006, ongoing: true }],
    ["1994–1997", { year: 1994, endYear: 1997 }],
    ["1994-1997", { year: 1994, endYear: 1997 }],
    ["94", undefined],
    ["1994–97", undefined],
    ["–1997", undefined]
  ])("reads the year %j as %j", (text, years) => {
    assert.deepStrictEqual(omdb.years(text), years)
  })

  it.each([
    ["14 Oct 1994", "1994-10-14"],
    ["1 Jan 2000", "2000-01-01"],
    ["14 Okt 1994", undefined],
    ["Oct 1994", undefined],
    ["1994", undefined]
  ])("reads the date %j as %j", (text, day) => {
    assert.strictEqual(omdb.isoDate(text), day)
  })

  it.each([
    ["142 min", 142],
    ["2 h", 120],
    ["1 h 15 min", 75],
    ["2h 5min", 125],
    ["34S min", undefined],
    ["142", undefined],
    ["min", undefined],
    ["", undefined]
  ])("reads the runtime %j as %j minutes", (text, minutes) => {
    assert.strictEqual(omdb.minutes(text), minutes)
  })

  it.each([
    ["3,120,594", 3120594],
    ["80", 80],
    ["1234567", 1234567],
    ["3,12", undefined],
    ["-5", undefined],
    ["3.5", undefined],
    ["1e3", undefined]
  ])("reads the count %j as %j", (text, count) => {
    assert.strictEqual(omdb.whole(text), count)
  })

  it.each([
    ["9.3", 9.3],
    ["82", 82],
    [".5", undefined],
    ["9,3", undefined],
    ["0x10", undefined]
  ])("reads the number %j as %j", (text, number) => {
    assert.strictEqual(omdb.decimal(text), number)
  })

  it.each([
    ["$28,767,189", 28767189],
    ["$315", 315],
    ["$292.6M", 292600000],
    ["$1.2B", 1200000000],
    ["$30,459,009.00", 30459009],
    ["£28,767,189", undefined],
    ["28,767,189", undefined],
    ["$", undefined],
    ["$ unknown", undefined]
  ])("reads the box office %j as %j dollars", (text, dollars) => {
    assert.strictEqual(omdb.dollars(text), dollars)
  })

  it.each([
    ["9.3/10", 93],
    ["1.1/10", 11],
    ["89%", 89],
    ["82/100", 82],
    ["4/5", 80],
    ["82", undefined],
    ["N/A", undefined]
  ])("reads the rating %j as %j of a hundred", (text, value) => {
    assert.strictEqual(omdb.percent(text), value)
  })

  it("splits a list at its commas, but not inside brackets", () => {
    assert.deepStrictEqual(omdb.list("Crime, Drama,Sci-Fi , "), ["Crime", "Drama", "Sci-Fi"])
    assert.deepStrictEqual(omdb.list("A (x,  y and z), B"), ["A (x,  y and z)", "B"])
    assert.deepStrictEqual(omdb.list("A (x, B"), ["A (x", "B"])
  })

  it("names each person once, without the part in brackets", () => {
    assert.deepStrictEqual(
      omdb.people(
        "Jim Starlin (Thanos,  Gamora and Drax created by), Stan Lee (Groot), Jim Starlin, Adrian Molina(co-director)"
      ),
      ["Jim Starlin", "Stan Lee", "Adrian Molina"]
    )
    assert.deepStrictEqual(omdb.people("(uncredited), Graham Greene (by)"), ["Graham Greene"])
  })

  it("takes no time over a long text made to be slow", () => {
    const started = performance.now()
    for (const slow of ["(".repeat(10_000), ",".repeat(10_000), " ".repeat(10_000), ` (${" ".repeat(9_000)}`]) {
      for (const read of [omdb.list, omdb.people, omdb.minutes, omdb.dollars, omdb.whole, omdb.years, omdb.percent])
        read(slow)
    }
    assert.isBelow(performance.now() - started, 2_000)
  })
})
