import { globSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { build } from "esbuild"

const root = new URL("../..", import.meta.url).pathname

interface LockedPackage {
  readonly license?: string
  readonly dev?: boolean
}
const lock: { readonly packages: Readonly<Record<string, LockedPackage>> } = JSON.parse(
  readFileSync(join(root, "package-lock.json"), "utf8")
)

const inBundle = ["MIT", "MIT-0", "Apache-2.0", "ISC", "0BSD", "BSD-2-Clause", "BSD-3-Clause"]
const installed = [
  ...inBundle,
  ...["BlueOak-1.0.0", "CC0-1.0", "CC-BY-3.0", "Python-2.0"],
  ...["MIT OR Apache-2.0", "(BSD-3-Clause AND Apache-2.0)"]
]
/** Packages whose package.json does not name their licence, which is MIT. */
const inFile = ["node_modules/@logdna/tail-file"]

const othersThan = (allowed: ReadonlyArray<string>, packages: ReadonlyArray<string>) =>
  packages
    .filter((path) => !inFile.includes(path) && !allowed.includes(lock.packages[path]?.license ?? ""))
    .map((path) => `${path}: ${lock.packages[path]?.license}`)

describe("the licences", () => {
  it("of the code in the functions' bundles are permissive", async () => {
    const { metafile } = await build({
      absWorkingDir: root,
      entryPoints: globSync("handlers/*.ts", { cwd: root }),
      ...{ outdir: ".build", write: false, metafile: true, bundle: true },
      ...{ platform: "node", format: "esm", mainFields: ["module", "main"], logLevel: "silent" }
    })
    const bundled = new Set(
      Object.keys(metafile.inputs).flatMap((path) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? [])
    )
    assert.isAbove(bundled.size, 10)
    assert.deepStrictEqual(othersThan(inBundle, [...bundled]), [])
  })

  it("of the packages that npm ci installs are known, and those of tools may be the MPL", () => {
    const paths = Object.keys(lock.packages).filter((path) => path !== "")
    const tools = paths.filter((path) => lock.packages[path]?.dev === true)
    assert.deepStrictEqual(othersThan([...installed, "MPL-2.0"], tools), [])
    assert.deepStrictEqual(
      othersThan(
        installed,
        paths.filter((path) => !tools.includes(path))
      ),
      []
    )
  })
})
