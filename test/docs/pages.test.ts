import { execFileSync } from "node:child_process"
import { existsSync, globSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { assert, describe, it } from "@effect/vitest"

const root = new URL("../..", import.meta.url).pathname
const read = (path: string) => readFileSync(join(root, path), "utf8")

const pages = globSync(["*.md", "docs/**/*.md", "sample/**/*.md", "local/**/*.md"], { cwd: root })
const matches = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, match = ""]) => match)

const shellCommandsIn = (text: string) => matches(text, /^ *```sh\n([\s\S]*?)^ *```$/gm)

/** Names of the stage that CONTRIBUTING.md adds as an example, and of a decision to be written. */
const isExample = (path: string) => /WriteTitles|titles|NNNN/.test(path)

it("finds the pages and their shell commands", () => {
  assert.includeMembers(pages, ["README.md", "docs/deploy.md", "docs/runbooks/dead-letters.md"])
  assert.isAbove(pages.flatMap((page) => shellCommandsIn(read(page))).length, 30)
})

describe.each(pages)("%s", (page) => {
  const text = read(page)

  it("links and names only files that exist", () => {
    const linked = matches(text, /\]\(([^)#:\s]+)(?:#[^)]*)?\)/g).map((path) => join(dirname(page), path))
    const named = matches(text, /`((?:[\w-]+\/)+[\w-]+(?:\.test)?\.(?:ts|md))`/g)
    const missing = [...linked, ...named].filter((path) => !isExample(path) && !existsSync(join(root, path)))
    assert.deepStrictEqual(missing, [])
  })

  it("contains only shell commands that bash can parse", () => {
    for (const block of shellCommandsIn(text)) execFileSync("bash", ["-n"], { input: block })
  })

  it("names only npm scripts, stack outputs and functions that exist", () => {
    const scripts = matches(read("package.json"), /^ {4}"(\w+)": "/gm)
    for (const name of matches(text, /\bnpm run (?:--silent )?([a-z]+)/g)) assert.include(scripts, name)
    const outputs = matches(read("index.ts"), /^export const (\w+)/gm)
    for (const name of matches(text, /\bstack output (\w+)/g)) assert.include(outputs, name)
    for (const name of matches(text, /\bstack output functions [^|]*\| jq -r '?\.([^)' ]+)/g))
      assert.isTrue(existsSync(join(root, "handlers", `${name}.ts`)), `${name} is not the name of a handler`)
  })
})

it("imports only exports that exist in the example of CONTRIBUTING.md", () => {
  const imports = [...read("CONTRIBUTING.md").matchAll(/^import (?:type )?\{ ([^}]+) \} from "(\.[^"]+)"$/gm)]
  assert.isAbove(imports.length, 8)
  for (const [line, names = "", from = ""] of imports.filter(([, , from = ""]) => !isExample(from))) {
    const paths = ["handlers", "test/handlers"].map((folder) => join(folder, from))
    const code = read(paths.find((path) => existsSync(join(root, path))) ?? from)
    for (const name of names.split(", ").filter((name) => !/titles|ReportKey/i.test(name)))
      assert.match(code, new RegExp(`^export .*\\b${name}\\b`, "m"), line)
  }
})
