import { readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { declareStack } from "../plan/declareStack.ts"
import { renewed, sectionsOf } from "./sections.ts"

const root = fileURLToPath(new URL("..", import.meta.url))

for (const [page, sections] of Object.entries(sectionsOf(await declareStack({ root, stack: "dev" })))) {
  const path = join(root, page)
  const before = await readFile(path, "utf8")
  const after = renewed(before, sections)
  if (after !== before) await writeFile(path, after)
  console.log(`${page}: ${after === before ? "current" : "written anew"}`)
}
