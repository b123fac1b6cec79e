import { randomUUID } from "node:crypto"
import { mkdir, readFile, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import * as Effect from "effect/Effect"
import { build } from "esbuild"
import type { DeclaredStack } from "./declaredStack.ts"
import { type Mutant, mutants } from "./mutants.ts"
import { formatReport } from "./report.ts"
import { simulateSeed } from "./simulate.ts"
import type { StageHandlers } from "./stages.ts"

const root = fileURLToPath(new URL("../..", import.meta.url))

const mutated = async ({ file, from, to }: Mutant): Promise<string> => {
  const text = await readFile(join(root, file), "utf8")
  const found = text.split(from).length - 1
  if (found !== 1) throw new Error(`${file} has ${found} times what the mutation replaces: ${from}`)
  return text.replace(from, () => to)
}

/** The stages with the mutation in them: the same sources otherwise, and the same packages. */
export const buildMutant = async (mutation: Mutant): Promise<StageHandlers> => {
  const contents = await mutated(mutation)
  let isIn = false
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
        name: "mutation",
        setup: ({ onLoad }) =>
          onLoad({ filter: /\.ts$/ }, ({ path }) => {
            if (path !== join(root, mutation.file)) return undefined
            isIn = true
            return { contents, loader: "ts" }
          })
      }
    ]
  })
  if (!isIn) throw new Error(`${mutation.file} is no part of what the simulation runs.`)
  const folder = join(root, ".local/mutants")
  await mkdir(folder, { recursive: true })
  // Within the checkout, where the packages are found; of its own, for a module is remembered by its address.
  const file = join(folder, `${randomUUID()}.mjs`)
  await writeFile(file, outputFiles[0]?.contents ?? "")
  try {
    const module: { readonly stages: StageHandlers } = await import(pathToFileURL(file).href)
    return module.stages
  } finally {
    await rm(file)
  }
}

/** A mutation, and the first seed whose story shows it by the promise that it breaks. */
export interface CaughtMutant {
  readonly does: string
  readonly file: string
  readonly seed: number
  readonly promise: string
}

/** A mutation that none of so many seeds catches is not caught. */
export const maxSeeds = 100

export const catchMutant = Effect.fnUntraced(function* (declared: DeclaredStack, mutation: Mutant) {
  const stages = yield* Effect.promise(() => buildMutant(mutation))
  for (let seed = 1; seed <= maxSeeds; seed++) {
    const { run: story } = yield* simulateSeed({ seed, declared, stages, maxShrinks: 0 })
    const [broken] = story.violations
    if (broken !== undefined) {
      return { does: mutation.fault, file: mutation.file, seed, promise: broken.invariant } satisfies CaughtMutant
    }
  }
  return undefined
})

/** Of what the page shows how a broken promise is told. */
export const exampleMutant = "leaves no gap on the last receive"

export interface Findings {
  readonly caught: ReadonlyArray<CaughtMutant>
  readonly example: { readonly seed: number; readonly output: string }
}

/** Those that were caught, and what is told of one of them. */
export const withExample = Effect.fnUntraced(function* (declared: DeclaredStack, caught: ReadonlyArray<CaughtMutant>) {
  const seed = caught.find(({ does }) => does === exampleMutant)?.seed
  const mutation = mutants.find(({ fault: does }) => does === exampleMutant)
  if (seed === undefined || mutation === undefined) return yield* Effect.die(`No seed catches what ${exampleMutant}.`)
  const stages = yield* Effect.promise(() => buildMutant(mutation))
  const verdict = yield* simulateSeed({ seed, declared, stages })
  return { caught, example: { seed, output: formatReport(verdict, { mutation: exampleMutant }) } } satisfies Findings
})

export const findings = Effect.fnUntraced(function* (declared: DeclaredStack) {
  const caught = yield* Effect.forEach(mutants, (mutation) => catchMutant(declared, mutation))
  return yield* withExample(
    declared,
    caught.filter((each) => each !== undefined)
  )
})
