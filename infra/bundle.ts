import { fileURLToPath } from "node:url"
import * as pulumi from "@pulumi/pulumi"
import { build } from "esbuild"

const root = fileURLToPath(new URL("..", import.meta.url))

/**
 * The deployment package of one handler file: `index.mjs`, minified, and its source map, which is not linked, so a cold
 * start does not read it. The same code gives the same bytes, so a preview without a change shows none.
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
    // The AWS SDK loads some Node modules with require, which an ES module does not have.
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
