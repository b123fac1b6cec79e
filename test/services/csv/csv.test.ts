import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { CsvRow, toCsvRow } from "../../../domain/CsvRow.ts"
import { columns } from "../../../services/csv/columns.ts"
import { parseCsv } from "../../../services/csv/reader.ts"
import { formatCsv } from "../../../services/csv/writer.ts"
import { enrichedMovie } from "../../support/exampleRun.ts"

const csvHeader = columns.map(({ name }) => name)
const row = toCsvRow(enrichedMovie(1))
const linesOf = (text: string) => text.split("\r\n")
/** UTF-8 has no half of a surrogate pair. */
const inUtf8 = (rows: ReadonlyArray<CsvRow>): ReadonlyArray<CsvRow> =>
  JSON.parse(JSON.stringify(rows), (_, value) => (typeof value === "string" ? value.toWellFormed() : value))
const replaceInLine = (text: string, line: number, from: string, to: string) =>
  linesOf(text)
    .map((content, index) => (index === line - 1 ? content.replace(from, to) : content))
    .join("\r\n")

describe("a CSV's text", () => {
  it("is the header, then a row a line, each line ended by CRLF", () => {
    const text = formatCsv([row, toCsvRow(enrichedMovie(2))])
    const [header, first, second, ...rest] = linesOf(text)
    assert.strictEqual(header, csvHeader.join(","))
    assert.match(first ?? "", /^2026-11-21,1,tt0000001,Movie 1,/)
    assert.match(second ?? "", /^2026-11-21,2,tt0000002,Movie 2,/)
    assert.deepStrictEqual(rest, [""])
  })

  it("quotes a cell with a quote, a comma or any line break in it, by RFC 4180", () => {
    const text = formatCsv([{ ...row, title: 'The "Good", the Bad', plot: "one\ntwo", awards: "a\rb" }])
    assert.include(text, ',"The ""Good"", the Bad",')
    assert.include(text, ',"one\ntwo",')
    assert.include(text, ',"a\rb",')
  })

  it("is made harmless to a spreadsheet", () => {
    assert.include(formatCsv([{ ...row, title: "=1+1" }]), ",'=1+1,")
  })

  it.effect.prop("gives the same rows when read again", [Schema.Array(Schema.toType(CsvRow))], ([rows]) =>
    Effect.gen(function* () {
      const written = inUtf8(rows)
      const lines = yield* parseCsv(formatCsv(written))
      assert.deepStrictEqual(
        lines.map(({ row }) => row),
        written
      )
    })
  )

  const Nasty = Schema.String.check(Schema.isPattern(/^(["',;|\\=+\-@\t\r\n\uFEFF .a0]|Léon|🎬|=1\+1|\r\n){1,8}$/))
  const maybe = Schema.optionalKey(Nasty)
  const Texts = Schema.Struct({
    title: Nasty,
    omdbTitle: Nasty,
    plot: maybe,
    image: maybe,
    genres: Schema.optionalKey(Schema.NonEmptyArray(Nasty)),
    actors: Schema.optionalKey(Schema.NonEmptyArray(Nasty))
  })
  it.effect.prop("gives the same rows however nasty their texts", [Schema.NonEmptyArray(Texts)], ([texts]) =>
    Effect.gen(function* () {
      const { genres: _, ...plain } = row
      const rows = texts.map((each) => ({ ...plain, ...each }))
      const lines = yield* parseCsv(formatCsv(rows))
      assert.deepStrictEqual(
        lines.map(({ row }) => row),
        rows
      )
    })
  )
})

describe("reading a CSV", () => {
  const text = formatCsv([1, 2, 3].map((rank) => toCsvRow(enrichedMovie(rank))))
  const refusal = (text: string) => Effect.map(Effect.flip(parseCsv(text)), ({ message }) => message)

  it.effect.each([
    ["a byte order mark", `\uFEFF${text}`],
    ["line feeds alone", text.replaceAll("\r\n", "\n")],
    ["carriage returns alone", text.replaceAll("\r\n", "\r")],
    ["no line break at its end", text.trimEnd()],
    ["every cell in quotes", `${text.trimEnd().replace(/[^,\r\n]+/g, '"$&"')}\r\n`],
    ["empty lines", `\r\n${text.replaceAll("\r\n", "\r\n\r\n")}`]
  ] as const)("does not mind %s", ([, text]) =>
    Effect.gen(function* () {
      const lines = yield* parseCsv(text)
      assert.deepStrictEqual(
        lines.map(({ row }) => row.rank),
        [1, 2, 3]
      )
    })
  )

  it.effect("tells of each row the line on which it begins", () =>
    Effect.gen(function* () {
      const rows = ["one\ntwo", "one\r\ntwo\r\nthree", "one\rtwo", "one"].map((plot) => ({ ...row, plot }))
      const [first, ...others] = formatCsv(rows).split("2026-11-21,1")
      const withEmptyLines = [`${first}\r\n\n`, ...others].join("2026-11-21,1")
      const positions = (text: string) => Effect.map(parseCsv(text), (lines) => lines.map(({ line }) => line))
      assert.deepStrictEqual(yield* positions(formatCsv(rows)), [2, 4, 7, 9])
      assert.deepStrictEqual(yield* positions(withEmptyLines), [4, 6, 9, 11])
      assert.deepStrictEqual(yield* positions(`\uFEFF${formatCsv(rows)}`), [2, 4, 7, 9])
    })
  )

  it.effect.each([
    ["", `line 1: the header has no ${csvHeader.join(", ")}`],
    [text.replace("rank,", "place,"), "line 1: the header has no rank"],
    [text.replace("enriched_at", "enriched_at,added"), "line 1: the header has the unknown column added"],
    [text.replace("enriched_at", "enriched_at,title"), "line 1: the header has title as column 36, out of order"],
    [text.replace("rank,imdb_id", "imdb_id,rank"), "line 1: the header has imdb_id as column 2, out of order"],
    [text.replaceAll(",", ";"), `line 1: the header has no ${csvHeader.join(", ")}`],
    [`\r\n\r\n${text.replace("rank,", "place,")}`, "line 3: the header has no rank"]
  ] as const)("refuses another header and names the column (%#)", ([text, words]) =>
    Effect.gen(function* () {
      assert.strictEqual(yield* refusal(text), `The CSV is invalid: ${words}`)
    })
  )

  it.effect.each([
    ["2026-11-21,2", "2026-11-21,second", "line 3, column rank: Expected number"],
    ["2026-11-21,2", "2026-02-30,2", "line 3, column run_date: Expected a day of the calendar"],
    ["tt0000002", "2", "line 3, column imdb_id: Expected an IMDb id such as tt0111161"],
    ["Movie 2,", ",", "line 3, column title: the cell is empty"],
    ["Movie 2,", "Movie 2,MCMXCIV", "line 3, column year: Expected number"],
    ["Movie 2,", "Movie 2", "line 3: 34 cells, but the header has 35"],
    ["Movie 2,", "Movie 2,,", "line 3: 36 cells, but the header has 35"],
    ["Movie 2,", 'Movie "2",', "line 3, column title: Invalid Opening Quote"],
    ["Movie 2,", '"Movie" 2,', "line 3, column title: Invalid Closing Quote"],
    ["Movie 2,", '"Movie 2,', "line 3, column title: Quote Not Closed"]
  ] as const)("refuses a bad row by line and column (%#)", ([from, to, words]) =>
    Effect.gen(function* () {
      assert.strictEqual(yield* refusal(replaceInLine(text, 3, from, to)), `The CSV is invalid: ${words}`)
    })
  )

  it.effect("counts lines within cells, too, ahead of the bad row", () =>
    Effect.gen(function* () {
      const rows = ["one\r\ntwo\r\nthree", "bad"].map((plot) => ({ ...row, plot }))
      assert.include(yield* refusal(formatCsv(rows).replace(/^(?=.*bad)2026/m, "1")), "line 5, column run_date: ")
      assert.include(yield* refusal(formatCsv(rows).replace("bad", 'b"ad')), "line 5, column plot: ")
    })
  )
})
