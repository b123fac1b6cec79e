import { execFileSync, spawnSync } from "node:child_process"
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { delimiter, join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { onTestFinished } from "vitest"
import { step } from "./files.ts"

/** Runs a step's script as GitHub does, with an `npm` that notes how it was called and does what it is told. */
const running = (script: string | undefined, npm: string, env: Readonly<Record<string, string>>) => {
  const folder = mkdtempSync(join(tmpdir(), "imdb-etl-step-"))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const git = (...args: ReadonlyArray<string>) =>
    execFileSync("git", ["-c", "user.name=test", "-c", "user.email=test@example.com", ...args], { cwd: folder })
      .toString()
      .trim()
  git("init", "--quiet")
  for (const message of ["base", "merge"]) git("commit", "--quiet", "--allow-empty", "--message", message)
  writeFileSync(join(folder, "npm"), `#!/bin/bash\necho "$*" >> calls.txt\n${npm}\n`)
  chmodSync(join(folder, "npm"), 0o755)
  const { status } = spawnSync("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", script ?? "exit 99"], {
    cwd: folder,
    env: { PATH: `${folder}${delimiter}${process.env["PATH"]}`, GITHUB_STEP_SUMMARY: "summary.md", ...env }
  })
  const text = (file: string) => readFileSync(join(folder, file), "utf8")
  return { status, text, git }
}

const planning = (npm: string) =>
  running(step("plan.yml", ({ name }) => name === "Plan each stack").run, npm, { BASE: "origin/main" })

const previewing = (npm: string) =>
  running(step("preview.yml", ({ name }) => name === "Preview").run, npm, { STACK: "dev" })

describe("the step that plans", () => {
  it("compares each stack with the very commit that GitHub merged with, and leaves a page for each", () => {
    const { status, text, git } = planning('echo "page of $*"')
    assert.strictEqual(status, 0)
    assert.strictEqual(git("rev-parse", "origin/main"), git("rev-parse", "HEAD^1"))
    assert.strictEqual(
      text("calls.txt"),
      ["dev", "prod"].map((stack) => `run --silent plan -- --stack ${stack} --base origin/main --markdown\n`).join("")
    )
    assert.include(text("comments/plan-dev.md"), "--stack dev")
    assert.include(text("comments/plan-prod.md"), "--stack prod")
    assert.strictEqual(text("summary.md"), text("comments/plan-dev.md") + text("comments/plan-prod.md"))
  })

  it("says in the comment why there is no plan, goes on with the other stack, and fails", () => {
    const { status, text } = planning(
      'case "$*" in *dev*) echo "The stack has no key." >&2; exit 1;; *) echo fine;; esac'
    )
    assert.strictEqual(status, 1)
    assert.strictEqual(
      text("comments/plan-dev.md"),
      "<!-- imdb-serverless-etl plan of dev -->\n### imdb-serverless-etl, stack dev: the plan failed\n\n    The stack has no key.\n"
    )
    assert.strictEqual(text("comments/plan-prod.md"), "fine\n")
  })
})

describe("the step that previews", () => {
  it("leaves what Pulumi said as a page of its own", () => {
    const { status, text } = previewing('echo "+ 45 to create"')
    assert.strictEqual(status, 0)
    assert.match(text("calls.txt"), /^run --silent preview -- --stack dev --diff --non-interactive /)
    assert.strictEqual(
      text("comments/preview-dev.md"),
      "<!-- imdb-serverless-etl preview of dev -->\n### pulumi preview, stack dev\n\n~~~~~~~~diff\n+ 45 to create\n\n~~~~~~~~\n"
    )
  })

  it("shows a preview that failed, and fails", () => {
    const { status, text } = previewing('echo "error: no such stack" >&2; exit 255')
    assert.strictEqual(status, 255)
    assert.match(
      text("comments/preview-dev.md"),
      /### pulumi preview, stack dev: failed\n\n~~~~~~~~diff\nerror: no such/
    )
  })

  it("cuts a preview that no comment would hold", () => {
    const { text } = previewing("head --bytes=200000 /dev/zero | tr '\\0' x")
    assert.isBelow(text("comments/preview-dev.md").length, 60_000)
    assert.isTrue(text("comments/preview-dev.md").endsWith("\n~~~~~~~~\n"))
  })
})
