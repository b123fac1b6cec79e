import { randomUUID } from "node:crypto"
import { mkdir, readFile, rename, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import * as pulumi from "@pulumi/pulumi"
import { type BuildOptions, build } from "esbuild"

const root = fileURLToPath(new URL("..", import.meta.url))

/** How a handler is bundled. */
export const bundleOptions = {
  absWorkingDir: root,
  outfile: "index.mjs",
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

/** The bundle of a handler file, with what it is made of. */
export const buildHandler = (handler: string) => build({ ...bundleOptions, entryPoints: [`handlers/${handler}.ts`] })

/**
 * The deployment package of one handler file: `index.mjs`, minified, without a source map. The same code gives the same
 * bytes in every checkout, so a preview without a change shows none. As a file with a relative path, its hash and not
 * its content is in the stack's state.
 */
export const bundle = async (handler: string): Promise<pulumi.asset.Archive> => {
  const { outputFiles } = await buildHandler(handler)
  const folder = `.build/${handler}`
  try {
    await mkdir(join(root, folder), { recursive: true })
    for (const { contents } of outputFiles) await replaceFile(join(root, folder, "index.mjs"), contents)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new Error(`The bundle ${folder}/index.mjs cannot be written: ${reason}. Use a checkout that can be written.`)
  }
  return new pulumi.asset.AssetArchive({ "index.mjs": new pulumi.asset.FileAsset(`${folder}/index.mjs`) })
}

/** Never leaves a part of a file under the path: another preview or a local run may read it at the same time. */
const replaceFile = async (path: string, contents: Uint8Array) => {
  const existing = await readFile(path).catch(() => undefined)
  if (existing?.equals(contents) === true) return
  const beside = `${path}.${randomUUID()}`
  await writeFile(beside, contents)
  await rename(beside, path)
}
