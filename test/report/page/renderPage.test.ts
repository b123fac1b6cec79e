import { Buffer } from "node:buffer"
import { assert, describe, it } from "@effect/vitest"
import type { CsvRow } from "../../../domain/CsvRow.ts"
import { maxCards, renderPage } from "../../../report/page/renderPage.ts"
import { idOf, manifestOf } from "../../support/exampleRun.ts"
import { bareOf, daysBefore, earlierRun, reportOf, runOf, sampleReport, sampleRows } from "../exampleDay.ts"

const pageOf = (...rows: ReadonlyArray<CsvRow>) => renderPage(reportOf(rows))
const valuesIn = (page: string) => [...page.matchAll(/<data value="([^"]*)"/g)].map(([, value]) => Number(value))

describe("renderPage", () => {
  it.each([0, 1, 10, 250])("shows %i movies, the first as cards and the rest as a table", (count) => {
    for (const page of [renderPage(sampleReport(count)), pageOf(...sampleRows(count).map(bareOf))]) {
      assert.lengthOf(page.match(/<li class="card">/g) ?? [], Math.min(count, maxCards))
      const tableRows = /<table class="movies">.*?<\/table>/s.exec(page)?.[0].match(/<tr><td>/g) ?? []
      assert.lengthOf(tableRows, Math.max(count - maxCards, 0))
      assert.notMatch(page, /undefined|NaN|[^ ]Infinity|\[object/)
      assert.isBelow(Buffer.byteLength(page), 500_000)
    }
  })

  it("has under 500 kB with 250 movies whose texts and numbers are at their longest", () => {
    const text = (length: number) => '"€'.repeat(length / 2)
    const address = `https://example.com/${'"'.repeat(1_980)}`
    const most = 999_999_999_999_999
    const longest = (row: CsvRow, index: number): CsvRow => ({
      ...{ ...row, title: text(500), genres: [`${index}`, text(1_900)], directors: [text(1_990)], rated: text(1_000) },
      ...{ imdbVotes: most - index, boxOfficeUsd: most, runtimeMinutes: most, poster: address },
      ...{ oscarsWon: most, oscarNominations: most, awardWins: most, awardNominations: most }
    })
    const rows = sampleRows(250).map(longest)
    const gone = earlierRun(
      sampleRows(250).map((row, index) => ({ ...longest(row, index), imdbId: idOf(900 + index) })),
      1
    )
    const page = renderPage(reportOf(rows, { earlier: [gone, earlierRun(rows, 2)] }))
    assert.isBelow(Buffer.byteLength(page), 500_000)
  })

  it("shows every number of a card and of a row of the table as it is in the CSV", () => {
    const rows = sampleRows(60)
    const page = pageOf(...rows)
    const cards = page.match(/<li class="card">.*?<\/li>/gs) ?? []
    const tableRows = page.match(/<tr><td>\d+ <\/td>.*?<\/tr>/gs) ?? []
    for (const [index, row] of rows.entries()) {
      const { runtimeMinutes, imdbRating, rottenTomatoes, metascore, imdbVotes, boxOfficeUsd } = row
      const isCard = index < maxCards
      const shown = valuesIn((isCard ? cards[index] : tableRows[index - maxCards]) ?? "")
      const numbers = [runtimeMinutes, imdbRating, rottenTomatoes, metascore, isCard ? imdbVotes : [], boxOfficeUsd]
      assert.deepStrictEqual(
        shown,
        numbers.flat().flatMap((number) => number ?? []),
        row.title
      )
    }
  })

  it("shows movement, what is missing and the checksum", () => {
    const rows = sampleRows(3)
    const manifest = manifestOf({
      ...{ total: 5, enriched: 3, complete: false, sha256: "a".repeat(64), pending: [idOf(5)] },
      gaps: [
        {
          imdbId: idOf(4),
          rank: 4,
          title: "Late",
          reason: "OmdbUnavailable",
          nextAttemptAt: "2026-11-21T07:08:00.000Z"
        }
      ]
    })
    const before = [rows[1], rows[0], { ...bareOf(sampleRows(4)[3] as CsvRow), title: "Left" }]
    const earlier = [
      runOf(
        1,
        before.flatMap((row, index) => (row ? { ...row, rank: index + 1 } : []))
      )
    ]
    const page = renderPage(reportOf(rows, { manifest, earlier, unreadable: [daysBefore(2)] }))
    for (const text of [
      "3 of 5: 2 movies missing",
      "▲</span> 1",
      "▼</span> 1",
      '<span class="mark new">New</span>',
      '<bdi>Left</bdi> <span class="step">was rank 3</span>',
      "OMDb gave no usable reply. <code>OmdbUnavailable</code>",
      '<time datetime="2026-11-21T07:08:00.000Z">',
      "could not be read: 19 Nov",
      "a".repeat(64)
    ]) {
      assert.include(page, text)
    }
  })

  it.each(["<script>alert(1)</script>", '" onmouseover="alert(1)', "</title></style><img src=x>", "<!--"])(
    "escapes %j wherever it comes from",
    (hostile) => {
      const row = sampleRows(1)[0] as CsvRow
      const texts = {
        title: hostile,
        genres: [hostile],
        directors: [hostile],
        rated: hostile,
        poster: hostile,
        image: hostile
      }
      const rows = [1, 2, 30].map((rank) => ({ ...row, ...texts, rank, imdbId: idOf(rank) }))
      const gap = { imdbId: idOf(4), rank: 4, title: hostile, reason: hostile }
      const manifest = manifestOf({ total: 4, complete: false, gaps: [gap], csvKey: hostile })
      const gone = runOf(1, [{ ...row, ...texts, imdbId: idOf(9) }])
      const page = renderPage(reportOf(rows, { manifest, earlier: [gone] }))
      assert.notInclude(page, hostile)
      assert.notMatch(page.replace(/"[^"]*"/g, ""), /<script|<img|<!--|<[^>]* on\w+=/)
    }
  )

  it("links a poster only at an https address, and shows no image", () => {
    const [row] = sampleRows(1) as [CsvRow]
    const poster = "https://example.com/a%22b.jpg"
    assert.include(pageOf({ ...row, poster: 'https://example.com/a"b.jpg' }), `href="${poster}"`)
    for (const other of [
      "http://example.com/",
      "javascript:alert(1)",
      "data:text/html,x",
      "//example.com/",
      "none",
      `${poster}?${"x".repeat(1_000)}`
    ]) {
      assert.notInclude(pageOf({ ...row, poster: other }), ">Poster<")
    }
    assert.include(pageOf({ ...row, poster: "none", image: poster }), `href="${poster}"`)
  })

  it("is self-contained: no script, no image, no address besides those of links", () => {
    const page = renderPage(sampleReport(250))
    assert.notMatch(page, /<script|<img|<iframe|\ssrc=|url\(|@import|@font-face/)
    assert.notMatch(page.replace(/<a href="https:[^"]*"/g, ""), /https?:/)
  })

  it("is the same for the same report", () => {
    assert.strictEqual(renderPage(sampleReport(10)), renderPage(sampleReport(10)))
  })
})
