import { mkdir } from "node:fs/promises"
import { chromium } from "playwright-core"
import { renderPage } from "../../report/page/renderPage.ts"
import { sampleReport } from "../report/exampleDay.ts"
import { launchOptions } from "./executablePath.ts"

/** Makes the pictures of README.md: the report of the sample list with 30 earlier runs. */
const folder = new URL("../../docs/images/", import.meta.url)

const pictures = [
  { name: "report-light", width: 1280, height: 1000, colorScheme: "light", at: ".figures" },
  { name: "report-dark", width: 1280, height: 1000, colorScheme: "dark", at: ".figures" },
  { name: "charts-light", width: 1280, height: 800, colorScheme: "light", at: ".charts" },
  { name: "charts-dark", width: 1280, height: 800, colorScheme: "dark", at: ".charts" }
] as const

const html = renderPage(sampleReport(25))
const browser = await chromium.launch(launchOptions)
await mkdir(folder, { recursive: true })
for (const { name, width, height, colorScheme, at } of pictures) {
  const page = await browser.newPage({ viewport: { width, height }, colorScheme, reducedMotion: "reduce" })
  await page.setContent(html)
  await page
    .locator(at)
    .first()
    .evaluate((element) => element.scrollIntoView())
  await page.screenshot({ path: new URL(`${name}.png`, folder).pathname })
  await page.close()
  console.log(`docs/images/${name}.png`)
}
await browser.close()
