import { readdir } from "node:fs/promises"
import { basename, join } from "node:path"
import { fileURLToPath } from "node:url"
import { type BuildOptions, build, type Metafile } from "esbuild"

const root = fileURLToPath(new URL("..", import.meta.url))

/** How a handler is bundled. */
export const bundleOptions = {
  absWorkingDir: root,
  bundle: true,
  write: false,
  metafile: true,
  platform: "node",
  target: "node24",
  format: "esm",
  mainFields: ["module", "main"],
  alias: { "@aws-sdk/credential-provider-node": "./handlers/lambda/credentialProvider.ts" },
  minify: true,
  keepNames: false,
  legalComments: "none",
  // The AWS SDK loads some Node modules with require, which an ES module does not have.
  banner: {
    js: 'import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);'
  },
  logLevel: "silent"
} satisfies BuildOptions

export interface HandlerBundle {
  readonly contents: Uint8Array
  /** The bytes that each source file has in the bundle, by its path. */
  readonly inputs: Metafile["outputs"][string]["inputs"]
}
type HandlerBundles = ReadonlyMap<string, HandlerBundle>

/** The bundles of all handler files, by name. In one build, what handlers share is parsed once. */
export const buildHandlers = async (): Promise<HandlerBundles> => {
  const files = await readdir(join(root, "handlers"))
  const entryPoints = files.filter((file) => file.endsWith(".ts")).map((file) => `handlers/${file}`)
  const { outputFiles, metafile } = await build({ ...bundleOptions, entryPoints, outdir: "." })
  return new Map(
    outputFiles.map(({ path, contents }) => {
      const file = basename(path)
      return [basename(file, ".js"), { contents, inputs: metafile.outputs[file]?.inputs ?? {} }]
    })
  )
}

let built: Promise<HandlerBundles> | undefined

/** As `buildHandlers`, once per process. */
export const handlerBundles = (): Promise<HandlerBundles> => {
  built ??= buildHandlers()
  return built
}
