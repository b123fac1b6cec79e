import { spawnSync } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { delimiter, join } from "node:path"
import { assert } from "vitest"

/** Records its arguments, and prints what the page's next command takes from it. */
const substitute = (tool: string, prints: string) => `#!/bin/bash
printf '%s\\x1f' ${tool} "$@" >> "$RECORDED"
printf '\\x1e' >> "$RECORDED"
${prints}
`

/** The outputs of a stack, as `pulumi stack output NAME` prints them. */
const printOutput = `case "$1 $2 $3" in
  "pulumi stack output") exec "$NODE" -p 'const value = JSON.parse(process.env.OUTPUTS)[process.argv[1]]; if (value === undefined) process.exit(1); typeof value === "string" ? value : JSON.stringify(value)' "$4" ;;
esac`

const printProperty = `exec "$NODE" -p 'JSON.parse(require("fs").readFileSync(0, "utf8"))[process.argv[1].slice(1)] ?? process.exit(1)' "$2"`

/** The shell commands of a page: its `sh` blocks, and inline `aws …` and `npm run etl -- …`. */
const scriptOf = (markdown: string): string => {
  const blocks = [...markdown.matchAll(/^ *```sh\n([\s\S]*?)^ *```$/gm)].map(([, text = ""]) => text)
  const inline = markdown.replaceAll(/```[\s\S]*?```/g, "").matchAll(/`((?:aws|npm run etl --) [^`]+)`/g)
  return [...blocks, ...[...inline].map(([, text = ""]) => text.replaceAll("\\|", "|"))].join("\n")
}

/** The content of a file that the page writes, in place of `fileb://FILE`. */
const contentOf = (folder: string) => (word: string) =>
  word.startsWith("fileb://") ? readFileSync(join(folder, word.slice("fileb://".length)), "utf8") : word

/** The calls of these tools that bash makes for the commands of a page, with all words expanded; nothing is run. */
export const recordCommands = (
  markdown: string,
  outputs: object,
  today: string
): ReadonlyArray<ReadonlyArray<string>> => {
  const folder = mkdtempSync(join(tmpdir(), "imdb-etl-test-"))
  try {
    const tools = {
      aws: "",
      npm: "",
      git: "",
      npx: printOutput,
      jq: printProperty,
      date: `case "$*" in *%F*) echo ${today} ;; *) exec /bin/date "$@" ;; esac`
    }
    for (const [tool, prints] of Object.entries(tools)) {
      writeFileSync(join(folder, tool), substitute(tool, prints), { mode: 0o755 })
    }
    const recorded = join(folder, "recorded")
    writeFileSync(recorded, "")
    const { status, stderr } = spawnSync(
      "bash",
      ["--noprofile", "--norc", "-euo", "pipefail", "-c", scriptOf(markdown)],
      {
        cwd: folder,
        encoding: "utf8",
        env: {
          PATH: `${folder}${delimiter}${process.env["PATH"]}`,
          RECORDED: recorded,
          NODE: process.execPath,
          OUTPUTS: JSON.stringify(outputs)
        }
      }
    )
    assert.strictEqual(status, 0, stderr)
    return readFileSync(recorded, "utf8")
      .split("\x1e")
      .filter((call) => call !== "")
      .map((call) => call.split("\x1f").slice(0, -1).map(contentOf(folder)))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
