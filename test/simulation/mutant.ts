import { randomUUID } from "node:crypto"
import { mkdir, readFile, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import { build } from "esbuild"
import type { Mutation } from "./mutations.ts"
import type { Stages } from "./stages.ts"

const root = fileURLToPath(new URL("../..", import.meta.url))

const mutated = async ({ file, from, to }: Mutation): Promise<string> => {
  const text = await readFile(join(root, file), "utf8")
  const found = text.split(from).length - 1
  if (found !== 1) throw new Error(`${file} has ${found} times what the mutation replaces: ${from}`)
  return text.replace(from, () => to)
}

/** The stages with the mutation in them: the same sources otherwise, and the same packages. */
export const mutantOf = async (mutation: Mutation): Promise<Stages> => {
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
    const module: { readonly stages: Stages } = await import(pathToFileURL(file).href)
    return module.stages
  } finally {
    await rm(file)
  }
}
