import { fileURLToPath } from "node:url"
import * as pulumi from "@pulumi/pulumi"
import { build } from "esbuild"

const root = fileURLToPath(new URL("..", import.meta.url))

/**
 * The deployable of one handler file: `index.mjs`, minified, with its source map beside it. Nothing links the two, so
 * a cold start never reads the map. The same code gives the same bytes, so a preview shows no change where there is none.
 */
export const bundle = async (handler: string): Promise<pulumi.asset.Archive> => {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [`handlers/${handler}.ts`],
    outfile: "index.mjs",
    bundle: true,
    write: false,
    platform: "node",
    target: "node24",
    format: "esm",
    mainFields: ["module", "main"],
    minify: true,
    keepNames: false,
    sourcemap: "external",
    sourcesContent: false,
    legalComments: "none",
    // The AWS SDK reaches some of Node's own modules by require, which an ES module has to be given.
    banner: {
      js: 'import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);'
    },
    logLevel: "silent"
  })
  return new pulumi.asset.AssetArchive(
    Object.fromEntries(
      outputFiles.map((file) => [
        file.path.endsWith(".map") ? "index.mjs.map" : "index.mjs",
        new pulumi.asset.StringAsset(file.text)
      ])
    )
  )
}
