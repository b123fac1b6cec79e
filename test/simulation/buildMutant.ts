import { randomUUID } from "node:crypto"
import { mkdir, readFile, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import * as Effect from "effect/Effect"
import { build } from "esbuild"
import type { DeclaredStack } from "./declaredStack.ts"
import { type Mutant, mutants } from "./mutants.ts"
import { formatReport, replayCommand } from "./report.ts"
import { simulateSeed } from "./simulate.ts"
import type { StageHandlers } from "./stages.ts"

const root = fileURLToPath(new URL("../..", import.meta.url))

/** The text of the mutant's file, with the replacement. */
export const mutatedSource = async ({ fault, file, from, to }: Mutant): Promise<string> => {
  const source = await readFile(join(root, file), "utf8")
  const occurrences = source.split(from).length - 1
  if (occurrences !== 1) {
    throw new Error(`The mutant "${fault}" replaces a text that occurs ${occurrences} times in ${file}: ${from}`)
  }
  return source.replace(from, () => to)
}

/** The stages with the mutant in them, bundled apart from the packages. */
export const buildMutant = async (mutant: Mutant): Promise<StageHandlers> => {
  const contents = await mutatedSource(mutant)
  const mutatedFile = join(root, mutant.file)
  let isBundled = false
  const { outputFiles } = await build({
    entryPoints: [join(root, "test/simulation/stages.ts")],
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
    write: false,
    logLevel: "error",
    plugins: [
      {
        name: "mutant",
        setup: ({ onLoad }) =>
          onLoad({ filter: /\.ts$/ }, ({ path }) => {
            if (path !== mutatedFile) return undefined
            isBundled = true
            return { contents, loader: "ts" }
          })
      }
    ]
  })
  if (!isBundled) throw new Error(`The simulation does not run ${mutant.file}.`)
  const folder = join(root, ".local/mutants")
  await mkdir(folder, { recursive: true })
  // Inside the checkout, where Node finds the packages. The name is new because Node caches modules by URL.
  const file = join(folder, `${randomUUID()}.mjs`)
  await writeFile(file, outputFiles[0]?.contents ?? "")
  try {
    const module: { readonly stages: StageHandlers } = await import(pathToFileURL(file).href)
    return module.stages
  } finally {
    await rm(file)
  }
}

export interface ExampleReport {
  readonly command: string
  readonly output: string
}

/** The report of a violation that docs/simulation.md shows. */
export const exampleReport = Effect.fnUntraced(function* (declared: DeclaredStack) {
  const mutant = mutants.find(({ fault }) => fault === "exports a run only when every movie has an outcome")
  if (mutant === undefined) return yield* Effect.die("The mutant of the example is not in mutants.ts.")
  const { seed, fault } = mutant
  const stages = yield* Effect.promise(() => buildMutant(mutant))
  const output = formatReport(yield* simulateSeed({ seed, declared, stages }), { mutant: fault })
  return { command: replayCommand(seed, fault), output } satisfies ExampleReport
})
