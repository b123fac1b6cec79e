import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type { CsvRow } from "../../domain/CsvRow.ts"
import { ImdbId } from "../../domain/ImdbId.ts"
import { csvKey, reportKey } from "../../domain/keys.ts"
import { maxCards, renderPage } from "../../report/page/renderPage.ts"
import { parseRunCsv } from "../../services/csv/runRows.ts"
import { useSharedStack } from "../local/sharedStack.ts"
import { bareOf, reportOf, sampleReport, sampleRows } from "../report/exampleDay.ts"
import { colorSchemes, describeInChromium, seriousFindings, widths } from "./chromium.ts"

const hostile = (row: CsvRow): CsvRow => ({
  ...row,
  title: `</title><script>alert(1)</script><img src=x onerror=alert(1)>\u202e${row.title}`,
  genres: ["<b>Drama</b>", "</style>"],
  directors: ['" onmouseover="alert(1)'],
  rated: "<svg/onload=alert(1)>",
  poster: "javascript:alert(1)",
  image: "http://example.com/a.jpg"
})

/** Reports by what is special about them. */
const examples: Readonly<Record<string, () => string>> = {
  "no movie": () => renderPage(reportOf([])),
  "one movie": () => renderPage(sampleReport(1)),
  "ten movies without any optional field": () => renderPage(reportOf(sampleRows(10).map(bareOf))),
  "ten movies with hostile texts": () => renderPage(reportOf(sampleRows(10).map(hostile))),
  "250 movies": () => renderPage(sampleReport(250))
}

/** Functions that run in the page: from elements to one text each. */
const attributeOf = (name: string) =>
  Function("elements", `return elements.map((e) => e.getAttribute("${name}"))`) as never
const cellsOf = (...columns: ReadonlyArray<number>) =>
  Function(
    "rows",
    `return rows.map((row) => [${columns}].map((at) => row.cells[at].textContent.trim()).join("|"))`
  ) as never

describeInChromium("the report", (open) => {
  const { current } = useSharedStack()

  /** The report and the rows of a run of the whole pipeline. */
  const run = async () => {
    const { runDate } = await current().run({ top: 10 })
    const objects = await current().objects()
    const rows = await Effect.runPromise(parseRunCsv(runDate, objects.get(csvKey(runDate)) ?? ""))
    return { rows, html: objects.get(reportKey(runDate)) ?? "" }
  }

  /** At both widths and in both color schemes: nothing is requested, logged or cut off, and axe finds nothing serious. */
  const check = (html: string) =>
    Promise.all(
      widths.flatMap((width) =>
        colorSchemes.map(async (colorScheme) => {
          const { page, errors, requests } = await open(html, { viewport: { width, height: 900 }, colorScheme })
          const overflow = await page.evaluate<number>("document.documentElement.scrollWidth - innerWidth")
          const findings = await seriousFindings(page)
          await page.context().close()
          const found = { errors, requests, findings, overflow: Math.max(overflow, 0) }
          assert.deepStrictEqual(
            found,
            { errors: [], requests: [], findings: [], overflow: 0 },
            `${width} ${colorScheme}`
          )
        })
      )
    )

  it.each(Object.keys(examples))("is readable on a laptop and a phone, light and dark, with %s", async (name) => {
    await check(examples[name]?.() ?? "")
  })

  it("shows every number of the CSV of a whole run, also without JavaScript", async () => {
    const { rows, html } = await run()
    await check(html)
    const { page } = await open(html, { javaScriptEnabled: false })
    assert.lengthOf(rows, 10)
    for (const [index, row] of rows.entries()) {
      const card = page.locator("li.card").nth(index)
      const { runtimeMinutes, imdbRating, rottenTomatoes, metascore, imdbVotes, boxOfficeUsd } = row
      const expected = [runtimeMinutes, imdbRating, rottenTomatoes, metascore, imdbVotes, boxOfficeUsd]
      const values = await card.locator("data").all()
      const shown = await Promise.all(values.map((value) => value.getAttribute("value")))
      assert.deepStrictEqual(
        shown.map(Number),
        expected.filter((value) => value !== undefined),
        row.title
      )
      const text = await card.innerText()
      for (const part of [row.rank, row.title, row.year, row.imdbRating, ...(row.genres ?? [])]) {
        assert.include(text, String(part))
      }
    }
    await page.context().close()
  })

  it("shows every number of 250 movies in the table, the figures and the values of the charts", async () => {
    const rows = sampleRows(250)
    const { page } = await open(renderPage(reportOf(rows)), { javaScriptEnabled: false })
    const valuesIn = async (selector: string) => {
      const values = await page.locator(selector).evaluateAll<Array<string | null>, unknown>(attributeOf("value"))
      return values.map(Number)
    }
    const tableRows = rows.slice(maxCards)
    assert.deepStrictEqual(
      await valuesIn("table.movies data"),
      tableRows.flatMap(({ runtimeMinutes, imdbRating, rottenTomatoes, metascore, boxOfficeUsd }) =>
        [runtimeMinutes, imdbRating, rottenTomatoes, metascore, boxOfficeUsd].filter((value) => value !== undefined)
      )
    )
    const ranksAndYears = await page.locator("table.movies tbody tr").evaluateAll<Array<string>, unknown>(cellsOf(0, 2))
    assert.deepStrictEqual(
      ranksAndYears.map((cells) => cells.split("|").map(Number)),
      tableRows.map(({ rank, year = 0 }) => [rank, year])
    )

    const present = (field: "imdbRating" | "imdbVotes" | "runtimeMinutes" | "boxOfficeUsd" | "oscarsWon", of = rows) =>
      of.flatMap((row) => row[field] ?? [])
    const total = (values: ReadonlyArray<number>) => values.reduce((sum, value) => sum + value, 0)
    const meanOf = (values: ReadonlyArray<number>) => Number((total(values) / values.length).toFixed(2))
    const runtimes = [...present("runtimeMinutes")].sort((a, b) => a - b)
    const middle = runtimes.slice(Math.ceil(runtimes.length / 2) - 1, Math.floor(runtimes.length / 2) + 1)
    assert.deepStrictEqual(await valuesIn("dl.figures data"), [
      meanOf(present("imdbRating")),
      total(present("imdbVotes")),
      meanOf(middle),
      total(present("boxOfficeUsd")),
      total(present("oscarsWon"))
    ])

    const lines = await page
      .locator("figure", { hasText: "Values of the chart Genres" })
      .locator("tbody tr")
      .evaluateAll<Array<string>, unknown>(cellsOf(0, 1, 2, 3))
    const genres = new Set(rows.flatMap((row) => row.genres ?? []))
    assert.sameMembers(
      lines,
      [...genres].map((genre) => {
        const members = rows.filter((row) => row.genres?.includes(genre))
        const boxOffice = present("boxOfficeUsd", members)
        return [
          ...[genre, members.length, meanOf(present("imdbRating", members))],
          boxOffice.length === 0 ? "–" : total(boxOffice).toLocaleString("en-US")
        ].join("|")
      })
    )
    await page.context().close()
  })

  it("names the missing movies of a run and why", async () => {
    current().applyFaults(
      { at: "omdb", imdbId: ImdbId.make("tt0068646"), what: { kind: "unknownMovie" } },
      { at: "omdb", imdbId: ImdbId.make("tt0468569"), times: "always", what: { kind: "unavailable" } }
    )
    const { rows, html } = await run()
    assert.lengthOf(rows, 8)
    await check(html)
    const { page } = await open(html)
    const missing = await page.locator("section", { has: page.locator("#missing") }).innerText()
    for (const part of ["The Godfather", "OMDb has no movie with this id.", "The Dark Knight", "OMDb gave no usable"]) {
      assert.include(missing, part)
    }
    await page.context().close()
  })

  it("prints every movie, without colors of the screen", async () => {
    const { page } = await open(renderPage(sampleReport(250)), { colorScheme: "dark" })
    await page.emulateMedia({ media: "print" })
    assert.strictEqual(await page.locator("li.card:visible").count(), maxCards)
    assert.strictEqual(await page.locator("table.movies tbody tr:visible").count(), 250 - maxCards)
    const background = await page.evaluate<string>("getComputedStyle(document.body).backgroundColor")
    assert.include(["rgb(255, 255, 255)", "rgba(0, 0, 0, 0)"], background)
    // A4 without its margins, in CSS pixels: what is wider is cut off on paper.
    await page.setViewportSize({ width: 718, height: 1000 })
    assert.isAtMost(await page.evaluate<number>("document.documentElement.scrollWidth"), 718)
    assert.isAtMost(await page.evaluate<number>("document.querySelector('table.movies').scrollWidth"), 718)
    await page.context().close()
  })
})
