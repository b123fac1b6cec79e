import { readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import * as Effect from "effect/Effect"
import { declareStack } from "../plan/declareStack.ts"
import { exampleReport } from "../test/simulation/buildMutant.ts"
import { readDeclaredStack } from "../test/simulation/declaredStack.ts"
import { fidelitySections, programSections, replaceSections, simulationSections } from "./docSections.ts"

const root = fileURLToPath(new URL("..", import.meta.url))

const pages = {
  ...programSections(await declareStack({ root, stack: "dev" })),
  "docs/fidelity.md": fidelitySections(),
  "docs/simulation.md": simulationSections(await Effect.runPromise(exampleReport(await readDeclaredStack())))
}
for (const [page, sections] of Object.entries(pages)) {
  const path = join(root, page)
  const before = await readFile(path, "utf8")
  const after = replaceSections(before, sections)
  if (after !== before) await writeFile(path, after)
  console.log(`${page}: ${after === before ? "up to date" : "written"}`)
}
