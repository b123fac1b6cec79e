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
    await page.context().close()
  })
})
