import { readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import * as Effect from "effect/Effect"
import { performanceSections } from "../bench/performancePage.ts"
import { readResults } from "../bench/results.ts"
import { declareStack } from "../plan/declareStack.ts"
import { exampleReport } from "../test/simulation/buildMutant.ts"
import { readDeclaredStack } from "../test/simulation/declaredStack.ts"
import { dictionarySections } from "./dataDictionary.ts"
import { fidelitySections, policyFiles, programSections, replaceSections, simulationSections } from "./docSections.ts"
import { withDeclaredConfig } from "./pulumiYaml.ts"

const root = fileURLToPath(new URL("..", import.meta.url))

const declared = await declareStack({ root, stack: "dev" })
const pages = {
  ...programSections(declared),
  "docs/data-dictionary.md": dictionarySections(),
  "docs/fidelity.md": fidelitySections(),
  "docs/performance.md": performanceSections(readResults()),
  "docs/simulation.md": simulationSections(await Effect.runPromise(exampleReport(await readDeclaredStack())))
}
const generated = [
  ...Object.entries(pages).map(
    ([page, sections]) => [page, (text: string) => replaceSections(text, sections)] as const
  ),
  ["Pulumi.yaml", withDeclaredConfig] as const,
  ...Object.entries(policyFiles(declared)).map(([file, text]) => [file, () => text] as const)
]
for (const [file, generate] of generated) {
  const path = join(root, file)
  const before = await readFile(path, "utf8")
  const after = generate(before)
  if (after !== before) await writeFile(path, after)
  console.log(`${file}: ${after === before ? "up to date" : "written"}`)
}
