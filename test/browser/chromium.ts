import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core"
import { afterAll, beforeAll, describe } from "vitest"
import { executablePath, launchOptions } from "./executablePath.ts"

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8")

/** In CSS pixels: a laptop and a phone. */
export const widths = [1280, 390] as const
export const colorSchemes = ["light", "dark"] as const

export interface OpenedPage {
  readonly page: Page
  /** What the page wrote to the console, and what it could not run. */
  readonly errors: ReadonlyArray<string>
  /** The addresses of all requests but the first. */
  readonly requests: ReadonlyArray<string>
}

/**
 * Tests in Chromium, which all share one browser. Without a Chromium they are reported as skipped: install it with the
 * packages of the system, or name it in CHROMIUM.
 */
export const describeInChromium = (
  name: string,
  tests: (
    open: (html: string, options?: BrowserContextOptions) => Promise<OpenedPage>,
    /** Opens the address of a server; `requests` are those that failed. */
    browse: (address: string, options?: BrowserContextOptions) => Promise<OpenedPage>
  ) => void
): void => {
  const skipped = executablePath === undefined ? " (skipped: there is no Chromium on the path)" : ""
  describe.skipIf(executablePath === undefined)(`${name}${skipped}`, () => {
    let browser: Browser | undefined
    beforeAll(async () => {
      browser = await chromium.launch(launchOptions)
    })
    afterAll(() => browser?.close())
    const newPage = async (options: BrowserContextOptions | undefined) => {
      // The page's own policy would keep axe out.
      const context = await browser?.newContext({ bypassCSP: true, ...options })
      if (context === undefined) throw new Error("The browser has not started.")
      const page = await context.newPage()
      // The console's first page waits for the program, which takes longer on a busy machine.
      page.setDefaultTimeout(45_000)
      const [errors, requests]: [Array<string>, Array<string>] = [[], []]
      page.on("console", (message) => errors.push(message.text()))
      page.on("pageerror", (error) => errors.push(error.message))
      return { context, page, errors, requests }
    }
    const open = async (html: string, options?: BrowserContextOptions) => {
      const { context, page, errors, requests } = await newPage(options)
      await context.route(/.*/, async (route) => {
        if (route.request().url() === address) return route.fulfill({ contentType: "text/html", body: html })
        requests.push(route.request().url())
        return route.abort()
      })
      await page.goto(address)
      return { page, errors, requests }
    }
    const browse = async (address: string, options?: BrowserContextOptions) => {
      const { page, errors, requests } = await newPage(options)
      page.on("requestfailed", (request) => requests.push(`${request.url()} ${request.failure()?.errorText}`))
      await page.goto(address)
      return { page, errors, requests }
    }
    tests(open, browse)
  })
}

/** Of the page under test. Nothing listens there: the test answers. */
const address = "http://127.0.0.1/index.html"

/** The serious and critical findings of axe, one sentence for each. */
export const seriousFindings = async (page: Page): Promise<ReadonlyArray<string>> => {
  await page.evaluate(axe)
  const { violations } = await page.evaluate<AxeResults>("axe.run()")
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, help, nodes }) => `${id}: ${help}: ${nodes[0]?.html}`)
}

interface AxeResults {
  readonly violations: ReadonlyArray<{
    readonly id: string
    readonly impact: string
    readonly help: string
    readonly nodes: ReadonlyArray<{ readonly html: string }>
  }>
}
