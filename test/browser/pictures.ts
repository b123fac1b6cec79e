import { mkdir } from "node:fs/promises"
import { chromium, type Page } from "playwright-core"
import { renderPage } from "../../report/page/renderPage.ts"
import { sampleReport } from "../report/exampleDay.ts"
import { launchOptions } from "./executablePath.ts"

/**
 * Makes the pictures of the docs: the report of the sample list with 30 earlier runs, and the console, where `npm run dev`
 * runs.
 */
const folder = new URL("../../docs/images/", import.meta.url)
const consoleAddress = "http://127.0.0.1:4567/"
const colorSchemes = ["light", "dark"] as const

const html = renderPage(sampleReport(25))
const openReport = (part: string) => async (page: Page) => {
  await page.setContent(html)
  await page
    .locator(part)
    .first()
    .evaluate((element) => element.scrollIntoView())
}
const openConsole = async (page: Page) => {
  await page.goto(consoleAddress)
  await page.locator(".pipeline").waitFor()
}

const isConsoleThere = await fetch(consoleAddress).then(
  ({ ok }) => ok,
  () => false
)
const pictures = [
  { name: "report", height: 1000, open: openReport(".figures") },
  { name: "charts", height: 800, open: openReport(".charts") },
  ...(isConsoleThere ? [{ name: "console", height: 800, open: openConsole }] : [])
]
if (!isConsoleThere) console.log(`Without the console: nothing answers at ${consoleAddress} (npm run dev).`)

const browser = await chromium.launch(launchOptions)
await mkdir(folder, { recursive: true })
for (const { name, height, open } of pictures) {
  for (const colorScheme of colorSchemes) {
    const page = await browser.newPage({ viewport: { width: 1280, height }, colorScheme, reducedMotion: "reduce" })
    await open(page)
    await page.screenshot({ path: new URL(`${name}-${colorScheme}.png`, folder).pathname })
    await page.close()
    console.log(`docs/images/${name}-${colorScheme}.png`)
  }
}
await browser.close()
