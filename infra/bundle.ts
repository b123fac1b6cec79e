import { randomUUID } from "node:crypto"
import { mkdir, readFile, rename, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import * as pulumi from "@pulumi/pulumi"
import { handlerBundles } from "./handlerBundles.ts"

const root = fileURLToPath(new URL("..", import.meta.url))

/**
 * The deployment package of one handler file: `index.mjs`, minified, without a source map. The same code gives the same
 * bytes in every checkout, so a preview without a change shows none. As a file with a relative path, its hash and not
 * its content is in the stack's state.
 */
export const bundle = async (handler: string): Promise<pulumi.asset.Archive> => {
  const built = (await handlerBundles()).get(handler)
  if (built === undefined) throw new Error(`There is no handlers/${handler}.ts to bundle.`)
  return writeBundle(handler, built.contents)
}

export const writeBundle = async (handler: string, contents: Uint8Array): Promise<pulumi.asset.Archive> => {
  const folder = `.build/${handler}`
  try {
    await mkdir(join(root, folder), { recursive: true })
    await replaceFile(join(root, folder, "index.mjs"), contents)
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
