import { existsSync } from "node:fs"
import { readFile } from "node:fs/promises"
import { fileURLToPath } from "node:url"
import { stripVTControlCharacters } from "node:util"
import { assert, expect } from "vitest"

/**
 * Runs each command in the `console` blocks of a page, in order, and expects the output that the page shows. `vitest -u`
 * writes the current output into the page. Expects the page's relative links to lead to files.
 */
export const expectCurrentOutput = async (
  page: URL,
  script: "etl" | "conformance",
  run: (args: ReadonlyArray<string>) => Promise<string>
): Promise<void> => {
  const markdown = await readFile(page, "utf8")
  for (const [, file = ""] of markdown.matchAll(/\]\(([^)#:]+)\)/g))
    assert.isTrue(existsSync(new URL(file, page)), file)
  const [before = "", ...blocks] = markdown.split(`\`\`\`console\n$ npm run ${script} -- `)
  assert.isNotEmpty(blocks)
  let current = before
  for (const block of blocks) {
    const [line = ""] = block.split("\n", 1)
    const rest = block.slice(block.indexOf("```\n"))
    const output = stripVTControlCharacters(await run(line.split(" ")))
    current += `\`\`\`console\n$ npm run ${script} -- ${line}\n${output}\n${rest}`
  }
  await expect(current).toMatchFileSnapshot(fileURLToPath(page))
}
