import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Struct from "effect/Struct"
import { CsvRow, toCsvRow } from "../../../domain/CsvRow.ts"
import { columns, formatCell, parseCell } from "../../../services/csv/columns.ts"
import { parseCsv, parseFields } from "../../../services/csv/reader.ts"
import { formatCsv } from "../../../services/csv/writer.ts"
import { enrichedMovie } from "../../support/exampleRun.ts"

const header = columns.map(({ name }) => name)
const row = toCsvRow(enrichedMovie(1))
const rowsOf = (text: string) => Effect.map(parseCsv(text), (lines) => lines.map(({ row }) => row))
/** UTF-8 cannot encode half of a surrogate pair. */
const wellFormed = (rows: ReadonlyArray<CsvRow>): ReadonlyArray<CsvRow> =>
  JSON.parse(JSON.stringify(rows), (_, value) => (typeof value === "string" ? value.toWellFormed() : value))

describe("columns", () => {
  // Readers of the CSV rely on the order: a new column is added at the end.
  it("has these names in this order", () => {
    assert.deepStrictEqual(
      columns.map(({ name }) => name),
      [
        ...["run_date", "rank", "imdb_id", "title", "year", "end_year", "full_title", "omdb_title", "type", "rated"],
        ...["released", "runtime_minutes", "genres", "directors", "writers", "actors", "crew", "plot", "languages"],
        ...["countries", "awards", "imdb_rating", "imdb_votes", "list_imdb_rating", "list_imdb_rating_count"],
        ...["metascore", "rotten_tomatoes", "box_office_usd", "total_seasons", "dvd", "production", "website"],
        ...["poster", "image", "enriched_at", "country_codes", "oscars_won", "oscar_nominations", "award_wins"],
        ...["award_nominations"]
      ]
    )
  })
})

describe("formatCell", () => {
  it.each([
    ["=1+1", "'=1+1"],
    ["+1", "'+1"],
    ["-1", "'-1"],
    ["@SUM(A1)", "'@SUM(A1)"],
    ["＝1+1", "'＝1+1"],
    ["＋1", "'＋1"],
    ["－1", "'－1"],
    ["＠SUM(A1)", "'＠SUM(A1)"],
    ["\t=1", "'\t=1"],
    ["\r\n=1", "'\r\n=1"],
    ["\u0000=1", "'\u0000=1"],
    ["'71", "''71"],
    ["''", "'''"],
    ["1=1", "1=1"],
    ["WALL·E", "WALL·E"],
    [["Drama", "Crime"], "Drama|Crime"],
    [["a|b", "c"], "a\\|b|c"],
    [["a\\", "|"], "a\\\\|\\|"],
    [["=a", "'b"], "'=a|'b"],
    [9.3, "9.3"],
    [undefined, ""]
  ])("writes %j as %j", (value, cell) => {
    assert.strictEqual(formatCell(value), cell)
  })
})

describe("parseCell", () => {
  it("reads a number with two decimals", () => {
    assert.strictEqual(parseCell("number", "9.25"), 9.25)
  })

  it.each([
    ["number", "142 min"],
    ["number", "3,120,594"],
    ["number", "-1"],
    ["list", "Drama||Crime"],
    ["list", "Drama\\"]
  ] as const)("returns a %s that does not fit its type as text: %j", (type, cell) => {
    assert.strictEqual(parseCell(type, cell), cell)
  })
})

describe("formatCsv", () => {
  it("writes the header, then one line per row, each ended by CRLF", () => {
    const [first, second, third, ...rest] = formatCsv([row, toCsvRow(enrichedMovie(2))]).split("\r\n")
    assert.strictEqual(first, header.join(","))
    assert.match(second ?? "", /^2026-11-21,1,tt0000001,Movie 1,/)
    assert.match(third ?? "", /^2026-11-21,2,tt0000002,Movie 2,/)
    assert.deepStrictEqual(rest, [""])
  })

  it("quotes a cell with a quote, a comma or a line break by RFC 4180", () => {
    const text = formatCsv([{ ...row, title: 'The "Good", the Bad', plot: "one\ntwo", awards: "a\rb" }])
    for (const cell of [',"The ""Good"", the Bad",', ',"one\ntwo",', ',"a\rb",']) assert.include(text, cell)
  })

  it("neutralizes a cell that a spreadsheet would run as a formula", () => {
    assert.include(formatCsv([{ ...row, title: "=1+1" }]), ",'=1+1,")
  })

  it.effect.prop("writes rows that parseCsv reads back unchanged", [Schema.Array(Schema.toType(CsvRow))], ([any]) =>
    Effect.gen(function* () {
      const rows = wellFormed(any)
      assert.deepStrictEqual(yield* rowsOf(formatCsv(rows)), rows)
    })
  )

  const Hostile = Schema.String.check(
    Schema.isPattern(/^(["',;|\\=+\-@＝＠\t\r\n\uFEFF .a0]|Léon|🎬|=1\+1|\r\n){1,8}$/)
  )
  const Texts = Schema.Struct({
    title: Hostile,
    omdbTitle: Hostile,
    plot: Schema.optionalKey(Hostile),
    image: Schema.optionalKey(Hostile),
    genres: Schema.optionalKey(Schema.NonEmptyArray(Hostile)),
    actors: Schema.optionalKey(Schema.NonEmptyArray(Hostile))
  })
  it.effect.prop("writes hostile texts that parseCsv reads back unchanged", [Schema.NonEmptyArray(Texts)], ([texts]) =>
    Effect.gen(function* () {
      const { genres: _, ...plain } = row
      const rows = texts.map((each) => ({ ...plain, ...each }))
      assert.deepStrictEqual(yield* rowsOf(formatCsv(rows)), rows)
    })
  )
})

describe("parseCsv", () => {
  const text = formatCsv([1, 2, 3].map((rank) => toCsvRow(enrichedMovie(rank))))
  const messageOf = (text: string) => Effect.map(Effect.flip(parseCsv(text)), ({ message }) => message)

  it.effect.each([
    ["a byte order mark", `\uFEFF${text}`],
    ["line feeds", text.replaceAll("\r\n", "\n")],
    ["carriage returns", text.replaceAll("\r\n", "\r")],
    ["no line break at the end", text.trimEnd()],
    ["every cell in quotes", `${text.trimEnd().replace(/[^,\r\n]+/g, '"$&"')}\r\n`],
    ["empty lines", `\r\n${text.replaceAll("\r\n", "\r\n\r\n")}`]
  ] as const)("reads a file with %s", ([, text]) =>
    Effect.gen(function* () {
      assert.deepStrictEqual(
        (yield* rowsOf(text)).map(({ rank }) => rank),
        [1, 2, 3]
      )
    })
  )

  it.effect("reads an id in another spelling as its canonical form", () =>
    Effect.gen(function* () {
      const [first] = yield* rowsOf(text.replace("tt0000001", "TT00000001"))
      assert.strictEqual<string | undefined>(first?.imdbId, "tt0000001")
    })
  )

  it.effect("returns the line on which each row begins, after line breaks in cells and empty lines", () =>
    Effect.gen(function* () {
      const rows = ["one\ntwo", "one\r\ntwo\r\nthree", "one\rtwo", "one"].map((plot) => ({ ...row, plot }))
      const text = formatCsv(rows)
      const linesOf = (text: string) => Effect.map(parseCsv(text), (lines) => lines.map(({ line }) => line))
      assert.deepStrictEqual(yield* linesOf(text), [2, 4, 7, 9])
      assert.deepStrictEqual(yield* linesOf(`\uFEFF${text}`), [2, 4, 7, 9])
      assert.deepStrictEqual(yield* linesOf(text.replace("2026-11-21,1", "\r\n\n2026-11-21,1")), [4, 6, 9, 11])
    })
  )

  it.effect.each([
    ["", `line 1: the header has no ${header.join(", ")}`],
    [text.replace("rank,", "place,"), "line 1: the header has no rank"],
    [text.replace("enriched_at", "enriched_at,added"), "line 1: the header has the unknown column added"],
    [text.replace("enriched_at", "enriched_at,a,b"), "line 1: the header has the unknown column a, b"],
    [text.replace("enriched_at", "enriched_at,title"), "line 1: the header has title as column 36, out of order"],
    [text.replace("run_date,rank", "rank,run_date"), "line 1: the header has rank as column 1, out of order"],
    [text.replace("rank,imdb_id", "imdb_id,rank"), "line 1: the header has imdb_id as column 2, out of order"],
    [text.replaceAll(",", ";"), `line 1: the header has no ${header.join(", ")}`],
    [`\r\n\r\n${text.replace("rank,", "place,")}`, "line 3: the header has no rank"]
  ] as const)("fails for another header with its line and column (case %#)", ([text, detail]) =>
    Effect.gen(function* () {
      assert.strictEqual(yield* messageOf(text), `The CSV is invalid: ${detail}`)
    })
  )

  it.effect.each([
    ["2026-11-21,2", "2026-11-21,second", "line 3, column rank: Expected number"],
    ["2026-11-21,2", "2026-02-30,2", "line 3, column run_date: Expected a day of the calendar"],
    ["tt0000002", "2", "line 3, column imdb_id: Expected an IMDb id such as tt0111161"],
    ["Movie 2,", ",", "line 3, column title: the cell is empty"],
    ["Movie 2,", "Movie 2,MCMXCIV", "line 3, column year: Expected number"],
    ["Movie 2,", "Movie 2", "line 3: 39 cells, but the header has 40"],
    ["Movie 2,", "Movie 2,,", "line 3: 41 cells, but the header has 40"],
    ["Movie 2,", 'Movie "2",', "line 3, column title: Invalid Opening Quote"],
    ["Movie 2,", '"Movie" 2,', "line 3, column title: Invalid Closing Quote"],
    ["Movie 2,", '"Movie 2,', "line 3, column title: Quote Not Closed"],
    [/$/, ',a"b', "line 3: Invalid Opening Quote"]
  ] as const)("fails for an invalid row with its line and column (case %#)", ([from, to, detail]) =>
    Effect.gen(function* () {
      const invalid = text
        .split("\r\n")
        .map((line, index) => (index === 2 ? line.replace(from, to) : line))
        .join("\r\n")
      assert.strictEqual(yield* messageOf(invalid), `The CSV is invalid: ${detail}`)
    })
  )

  it.effect("counts line breaks in cells and empty lines before an invalid row", () =>
    Effect.gen(function* () {
      const text = formatCsv(["one\r\ntwo\r\nthree", "bad"].map((plot) => ({ ...row, plot })))
      assert.include(yield* messageOf(text.replace(/^(?=.*bad)2026/m, "1")), "line 5, column run_date: ")
      assert.include(yield* messageOf(text.replace("bad", 'b"ad')), "line 5, column plot: ")
      assert.include(
        yield* messageOf(text.replace(/^(?=.*bad)/m, "\r\n").replace("bad", 'b"ad')),
        "line 6, column plot: "
      )
    })
  )
})

describe("parseFields", () => {
  const fields = ["rank", "title"] as const
  const parse = (text: string) => parseFields(text, Schema.Struct(Struct.pick(CsvRow.fields, fields)), fields)

  it.effect("returns only these fields of each row, wherever their columns are", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* parse("title,plot,rank\r\n'=1+1,text,1\r\nTwo,,2\r\n"), [
        { rank: 1, title: "=1+1" },
        { rank: 2, title: "Two" }
      ])
    })
  )

  it.effect.each([
    ["", "line 1: the header has no rank, title"],
    ["\r\nrank,name\r\n1,One\r\n", "line 2: the header has no title"],
    ["rank,title\r\n1,One\r\nsecond,Two\r\n", 'line 3: Expected number at ["rank"]'],
    ["title,rank\r\nOne\r\n", 'line 2: Missing key at ["rank"]']
  ] as const)("fails for %j: %s", ([text, detail]) =>
    Effect.gen(function* () {
      assert.strictEqual((yield* Effect.flip(parse(text))).message, `The CSV is invalid: ${detail}`)
    })
  )
})
