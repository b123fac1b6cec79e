import { assert, it } from "@effect/vitest"
import type { Page } from "playwright-core"
import { ImdbId } from "../../domain/ImdbId.ts"
import { startConsole } from "../console/startConsole.ts"
import { useOperatedStack } from "../operator/OperatedStack.ts"
import { colorSchemes, describeInChromium, seriousFindings, widths } from "./chromium.ts"

const godfather = ImdbId.make("tt0068646")
const live = (page: Page) => page.locator(".connection.open").waitFor()

describeInChromium("the console", (_, browse) => {
  const { current } = useOperatedStack()

  it("starts a run by a click, and shows its ten movies", async () => {
    await current().forgetRuns()
    const { address } = await startConsole(current().stack)
    const { page, errors, requests } = await browse(address)
    await page.getByText("No run yet").waitFor()
    await page.getByLabel("Date").fill(current().newRunDate())
    await page.getByRole("button", { name: "Start the run" }).click()
    const enriched = page.getByRole("list", { name: "Movies of the run" }).getByText("enriched", { exact: true })
    await enriched.nth(9).waitFor()
    await page.getByText("10 rows").first().waitFor()
    assert.deepStrictEqual([errors, requests], [[], []])
    await page.context().close()
  })

  it("redrives a dead letter by a click, and refuses an edited payload that is not valid with the reason", async () => {
    current().applyFaults({ at: "omdb", imdbId: godfather, times: "always", what: { kind: "quota" } })
    await current().run({ top: 2 })
    const { address } = await startConsole(current().stack)
    const { page } = await browse(`${address}#/dead-letters`)
    await page.getByText("QuotaExhausted").first().waitFor()
    await page.getByText("Payload", { exact: true }).click()
    const payload = page.getByLabel("JSON that a redrive sends")
    const valid = await payload.inputValue()
    await payload.fill(valid.replace('"rank": 2', '"rank": "two"'))
    await page.getByRole("button", { name: "Redrive with the edited payload" }).click()
    await page.getByText(/The payload is not valid for movies: .*rank/).waitFor()
    current().clearFaults()
    await payload.fill(valid)
    await page.getByRole("button", { name: "Redrive", exact: true }).click()
    await page.getByText("1 message of movies redriven.").waitFor()
    await page.getByText("No dead letters").waitFor()
    await page.goto(`${address}#/`)
    await page.getByRole("list", { name: "Movies of the run" }).getByText("enriched", { exact: true }).nth(1).waitFor()
    await page.context().close()
  })

  it("starts the next scheduled run by a click, with the number of movies in the form", async () => {
    await current().forgetRuns()
    const { address } = await startConsole(current().stack)
    const { page } = await browse(address)
    await page.getByLabel("Movies", { exact: true }).fill("1")
    await page.getByRole("button", { name: /^Start the next scheduled run/ }).click()
    await page.getByText(/^The run of .* has started/).waitFor()
    await page.getByText("1 row", { exact: true }).first().waitFor()
    await page.context().close()
  })

  it("shows each attempt of a movie, all columns of a day, and absent values last in both directions", async () => {
    current().applyFaults({ at: "omdb", imdbId: godfather, times: 3, what: { kind: "quota" } })
    const { runDate } = await current().run({ top: 10 })
    const { address } = await startConsole(current().stack)
    const { page } = await browse(`${address}#/runs/${runDate}/${godfather}`)
    await page.getByRole("heading", { name: /^Attempt 2/ }).waitFor()
    await page.goto(`${address}#/data/${runDate}`)
    await page.getByLabel("All columns").check()
    await page.getByRole("button", { name: "omdbTitle", exact: true }).waitFor()
    await page.getByLabel("Source").selectOption("table")
    await page.getByRole("button", { name: "boxOfficeUsd" }).click()
    const titles = () => page.locator("tbody th").allTextContents()
    const ascending = await titles()
    await page.getByRole("button", { name: "boxOfficeUsd" }).click()
    // One of the ten has no box office.
    assert.deepStrictEqual(await titles(), [...ascending.slice(0, -1).toReversed(), `${ascending.at(-1)}`])
    await page.context().close()
  })

  it("connects again after a reload, and to a new server on the port", async () => {
    const first = await startConsole(current().stack)
    const { page } = await browse(first.address)
    await live(page)
    await page.reload()
    await live(page)
    await first.stop()
    await page.getByText("no connection").waitFor()
    const loaded = page.waitForEvent("load")
    await startConsole(current().stack, { port: Number(new URL(first.address).port) })
    await loaded
    await live(page)
    await page.getByRole("button", { name: "Start the run" }).waitFor()
    await page.context().close()
  })

  it("has no error, no failed request, no serious finding of axe and nothing cut off on any page", async () => {
    current().applyFaults({ at: "omdb", imdbId: godfather, times: "always", what: { kind: "quota" } })
    const { runDate } = await current().run({ top: 3 })
    const { address } = await startConsole(current().stack)
    const pages = [
      "",
      "runs",
      `runs/${runDate}`,
      `runs/${runDate}/${godfather}`,
      "dead-letters",
      "queues",
      "data",
      "settings"
    ]
    for (const [width, colorScheme] of widths.flatMap((each) =>
      colorSchemes.map((scheme) => [each, scheme] as const)
    )) {
      const { page, errors, requests } = await browse(address, { viewport: { width, height: 900 }, colorScheme })
      await live(page)
      for (const path of pages) {
        await page.goto(`${address}#/${path}`)
        await page.locator("main h1").waitFor()
        await page.locator(".loading").waitFor({ state: "detached" })
        const overflow = await page.evaluate<number>("document.documentElement.scrollWidth - innerWidth")
        const found = { errors, requests, findings: await seriousFindings(page), overflow: Math.max(overflow, 0) }
        const expected = { errors: [], requests: [], findings: [], overflow: 0 }
        assert.deepStrictEqual(found, expected, `${path} ${width} ${colorScheme}`)
      }
      await page.context().close()
    }
  })
})
