import { execFileSync, spawnSync } from "node:child_process"
import * as fs from "node:fs"
import { tmpdir } from "node:os"
import { delimiter, join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { onTestFinished } from "vitest"
import { render } from "../../plan/main.ts"
import { planOf } from "../../plan/Plan.ts"
import { script } from "./Workflow.ts"

const temporaryFolder = () => {
  const folder = fs.mkdtempSync(join(tmpdir(), "imdb-etl-step-"))
  onTestFinished(() => fs.rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Runs a script as GitHub does, in a repository with two commits, with an `npm` that records its arguments. */
const runStep = (file: string, step: string, npm: string, env: Readonly<Record<string, string>>) => {
  const folder = temporaryFolder()
  const identity = ["-c", "user.name=test", "-c", "user.email=test@example.com"]
  const git = (...args: ReadonlyArray<string>) =>
    execFileSync("git", [...identity, ...args], { cwd: folder, encoding: "utf8" })
  git("init", "--quiet")
  for (const message of ["base", "merge"]) git("commit", "--quiet", "--allow-empty", "--message", message)
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

  it.each([
    ["output", 'echo "+ 45 to create"', 0, "", "+ 45 to create"],
    [
      "failure, and fails with its exit code",
      'echo "error: no stack" >&2; exit 255',
      255,
      ": failed",
      "error: no stack"
    ]
  ])("writes a page of Pulumi's %s", (_, npm, code, failed, output) => {
    const { status, text } = preview(npm)
    assert.strictEqual(status, code)
    assert.match(text("calls.txt"), /^run --silent preview -- --stack dev --diff --non-interactive /)
    assert.strictEqual(
      text("comments/preview-dev.md"),
      `<!-- imdb-serverless-etl preview of dev -->\n### pulumi preview, stack dev${failed}\n\n~~~~~~~~diff\n${output}\n\n~~~~~~~~\n`
    )
  })

  it("cuts a preview that is too long for a comment", () => {
    const { text } = preview("head --bytes=200000 /dev/zero | tr '\\0' x")
    assert.isBelow(text("comments/preview-dev.md").length, 60_000)
    assert.isTrue(text("comments/preview-dev.md").endsWith("\n~~~~~~~~\n"))
  })
})

interface Comment {
  readonly id: number
  readonly user: { readonly login: string }
  body: string
}

const commit = "0123456789abcdef0123456789abcdef01234567"
const planOfDev = "<!-- imdb-serverless-etl plan of dev -->"
const previewOfDev = "<!-- imdb-serverless-etl preview of dev -->"

/** Runs the script of comment.yml with these pages and a GitHub that has pull request 7 at the commit `head`. */
const runComment = async (
  pages: Readonly<Record<string, string>>,
  { comments = [], from = "us/etl", head = commit }: { comments?: Array<Comment>; from?: string; head?: string } = {}
) => {
  const folder = temporaryFolder()
  fs.mkdirSync(join(folder, "comments"))
  for (const [file, text] of Object.entries(pages)) fs.writeFileSync(join(folder, "comments", file), text)

  const warnings: Array<string> = []
  const queries: Array<unknown> = []
  const login = "github-actions[bot]"
  const rest = {
    pulls: {
      list: async (query: unknown) => {
        queries.push(query)
        return [head, "another"].map((sha, index) => ({ number: 7 + index, head: { sha } }))
      }
    },
    issues: {
      listComments: async () => comments,
      createComment: async ({ issue_number, body }: { issue_number: number; body: string }) => {
        comments.push({ id: issue_number * 100 + comments.length, user: { login }, body })
      },
      updateComment: async ({ comment_id, body }: { comment_id: number; body: string }) => {
        for (const comment of comments) if (comment.id === comment_id) comment.body = body
      }
    }
  }
  const github = { rest, paginate: (method: (query: unknown) => unknown, query: unknown) => method(query) }
  const workflow_run = {
    head_repository: { full_name: from, owner: { login: from.split("/")[0] } },
    head_branch: "a-change",
    head_sha: commit,
    html_url: "https://github.com/us/etl/actions/runs/1"
  }
  const context = { repo: { owner: "us", repo: "etl" }, payload: { workflow_run } }
  const core = { warning: (text: string) => warnings.push(text) }
  // The script's paths are relative to GitHub's workspace.
  const nodeFs = {
    existsSync: (path: string) => fs.existsSync(join(folder, path)),
    readdirSync: (path: string) => fs.readdirSync(join(folder, path)),
    readFileSync: (path: string, encoding: "utf8") => fs.readFileSync(join(folder, path), encoding)
  }
  const run = new Function("github", "context", "core", "require", `return (async () => {${script("comment.yml")}})()`)
  await run(github, context, core, () => nodeFs)
  const lines = comments.map(({ body }) => body.split("\n")[1] ?? "")
  return { comments, lines, warnings, queries }
}

describe("the script of comment.yml", () => {
  it("writes a page with its origin as a comment on the pull request of the commit", async () => {
    const { comments, queries } = await runComment({ "plan-dev.md": `${planOfDev}\nNo change.` })
    const origin = "Written by the code of 0123456 in [this run](https://github.com/us/etl/actions/runs/1)."
    assert.deepStrictEqual(
      comments.map(({ id, body }) => [id, body]),
      [[700, `${planOfDev}\nNo change.\n\n${origin}`]]
    )
    assert.deepStrictEqual(queries, [{ owner: "us", repo: "etl", state: "open", head: "us:a-change" }])
  })

  it("replaces its earlier comment, found by the invisible first line, and no other comment", async () => {
    const login = "github-actions[bot]"
    const comments = [
      { id: 1, user: { login: "someone" }, body: `${planOfDev}\nquoted` },
      { id: 2, user: { login }, body: "<!-- other --> hello" },
      { id: 3, user: { login }, body: `${planOfDev}\nOld.` }
    ]
    const pages = { "plan-dev.md": `${planOfDev}\nNew.`, "preview-dev.md": `${previewOfDev}\nToo.` }
    assert.deepStrictEqual((await runComment(pages, { comments })).lines, ["quoted", "", "New.", "Too."])
  })

  it("writes only the plan of a fork, and no page with another first line", async () => {
    const pages = {
      "plan-dev.md": `${planOfDev}\nFrom a fork.`,
      "preview-dev.md": `${previewOfDev}\nAll is well!`,
      "x.md": "<!-- other -->\nmine now",
      "y.md": "no first line"
    }
    const { lines, warnings, queries } = await runComment(pages, { from: "them/etl" })
    assert.deepStrictEqual(lines, ["From a fork."])
    assert.strictEqual(warnings.length, 3)
    assert.deepStrictEqual(queries, [{ owner: "us", repo: "etl", state: "open", head: "them:a-change" }])
  })

  it("writes nothing where the pull request has a newer commit", async () => {
    const { comments } = await runComment({ "plan-dev.md": `${planOfDev}\nStale.` }, { head: "newer" })
    assert.deepStrictEqual(comments, [])
  })

  it("cuts a page that is too long for a comment", async () => {
    const { comments } = await runComment({ "plan-dev.md": `${planOfDev}\n${"x".repeat(100_000)}` })
    assert.isBelow(comments[0]?.body.length ?? 0, 65_536)
  })

  it("accepts the first line of the plan's Markdown", () => {
    const project = "imdb-serverless-etl"
    const plan = planOf({ project, stack: "dev", region: "eu-central-1", resources: [], outputs: {}, warnings: [] })
    assert.strictEqual(render({ plan }, "markdown").split("\n")[0], planOfDev)
  })
})
