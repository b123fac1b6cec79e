import { execFileSync, spawnSync } from "node:child_process"
import * as fs from "node:fs"
import { delimiter, join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { root, script, temporaryFolder } from "./Workflow.ts"

/** Runs a script as GitHub does, in a repository with two commits, with an `npm` that records its arguments. */
const runStep = (file: string, step: string, npm: string, env: Readonly<Record<string, string>>) => {
  const folder = temporaryFolder()
  const identity = ["-c", "user.name=test", "-c", "user.email=test@example.com"]
  const git = (...args: ReadonlyArray<string>) =>
    execFileSync("git", [...identity, ...args], { cwd: folder, encoding: "utf8" })
  git("init", "--quiet")
  for (const message of ["base", "merge"]) git("commit", "--quiet", "--allow-empty", "--message", message)
  for (const each of ["scripts", "node_modules"]) fs.symlinkSync(join(root, each), join(folder, each))
  fs.writeFileSync(join(folder, "npm"), `#!/bin/bash\necho "$*" >> calls.txt\n${npm}\n`, { mode: 0o755 })
  const { status } = spawnSync("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", script(file, step)], {
    cwd: folder,
    env: { PATH: `${folder}${delimiter}${process.env["PATH"]}`, GITHUB_STEP_SUMMARY: "summary.md", ...env }
  })
  return { status, text: (name: string) => fs.readFileSync(join(folder, name), "utf8"), git }
}

describe("the step of plan.yml", () => {
  const plan = (npm: string) => runStep("plan.yml", "Plan each stack", npm, { BASE: "origin/main" })

  it("compares each stack with the base commit that GitHub merged, and writes a page for each", () => {
    const { status, text, git } = plan('echo "page of $*"')
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

  it("writes the reason of a failed plan as its page, plans the other stack, and fails", () => {
    const { status, text } = plan('case "$*" in *dev*) echo "The stack has no key." >&2; exit 1;; *) echo fine;; esac')
    assert.strictEqual(status, 1)
    assert.strictEqual(
      text("comments/plan-dev.md"),
      "<!-- imdb-serverless-etl plan of dev -->\n### imdb-serverless-etl, stack dev: the plan failed\n\n    The stack has no key.\n"
    )
    assert.strictEqual(text("comments/plan-prod.md"), "fine\n")
  })
})

describe("the step of preview.yml", () => {
  const preview = (npm: string) => runStep("preview.yml", "Preview", npm, { STACK: "dev" })
  const page = (failed: string, ...blocks: ReadonlyArray<string>) =>
    [
      "<!-- imdb-serverless-etl preview of dev -->",
      `### pulumi preview, stack dev${failed}`,
      "",
      ...blocks.map((block) => `~~~~~~~~diff\n${block}\n~~~~~~~~`),
      ""
    ].join("\n")
  const state = (inputs: object, custom = true) => ({ custom, type: "aws:sqs/queue:Queue", inputs })
  const code = (hash: string) => ({ code: { assets: { "index.mjs": { hash, path: ".build/One/index.mjs" } } } })
  const policy = (Action: string) => ({ policy: JSON.stringify({ Statement: [{ Action }] }) })
  const json = (document: object) => `cat <<'END'\n${JSON.stringify(document)}\nEND`

  it("writes the sums, then each changed resource with its changed inputs, and no code", () => {
    const steps = [
      { op: "same", urn: "a::same", oldState: state({}), newState: state({}) },
      { op: "create", urn: "a::component", newState: state({}, false) },
      { op: "update", urn: "a::two", oldState: state(policy("sqs:A")), newState: state(policy("sqs:B")) },
      {
        op: "replace",
        urn: "a::one",
        oldState: state({ ...code("12"), n: 1 }),
        newState: state({ ...code("34"), n: 1 })
      },
      { op: "create-replacement", urn: "a::one", newState: state({}) },
      { op: "create", urn: "a::three", newState: state({ name: "x" }) },
      { op: "delete", urn: "a::four", oldState: state({}) }
    ]
    const changeSummary = { same: 1, create: 2, update: 1, replace: 1, delete: 1 }
    const { status, text } = preview(json({ steps, changeSummary }))
    assert.strictEqual(status, 0)
    assert.match(text("calls.txt"), /^run --silent preview -- --stack dev --json --non-interactive /)
    assert.strictEqual(
      text("comments/preview-dev.md"),
      page(
        "",
        "+ 2 to create\n~ 1 to update\n+- 1 to replace\n- 1 to delete\n  1 unchanged",
        [
          "- aws:sqs/queue:Queue four",
          "+- aws:sqs/queue:Queue one",
          '    code.assets["index.mjs"].hash: 12 → 34',
          "+ aws:sqs/queue:Queue three",
          "~ aws:sqs/queue:Queue two",
          "    policy.Statement[0].Action: sqs:A → sqs:B"
        ].join("\n")
      )
    )
    assert.strictEqual(text("summary.md"), text("comments/preview-dev.md"))
  })

  it.each([
    [
      "the program",
      `${json({ steps: [], diagnostics: [{ severity: "error", message: "No key." }] })}\nexit 1`,
      1,
      "No key."
    ],
    ["the CLI", 'echo "error: no stack" >&2; exit 255', 255, "error: no stack"]
  ])("writes why %s failed, and fails with the exit code", (_, npm, code, reason) => {
    const { status, text } = preview(npm)
    assert.deepStrictEqual([status, text("comments/preview-dev.md")], [code, page(": failed", reason)])
  })
})

describe("the step of drift.yml", () => {
  const compare = (npm: string) => runStep("drift.yml", "Compare", npm, { STACK: "prod" })

  it("compares the stack with AWS and changes nothing, and keeps the output only where it fails", () => {
    const same = compare('echo "12 unchanged"')
    assert.strictEqual(same.status, 0)
    assert.match(
      same.text("calls.txt"),
      /^run --silent pulumi -- refresh --stack prod --preview-only --expect-no-changes /
    )
    assert.throws(() => same.text("drift/prod.txt"))
    const differs = compare('echo "~ 1 to update" >&2; exit 255')
    assert.deepStrictEqual([differs.status, differs.text("drift/prod.txt")], [255, "~ 1 to update\n"])
  })
})
