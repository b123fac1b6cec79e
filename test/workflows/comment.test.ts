import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { onTestFinished } from "vitest"
import { readStackFile } from "../../engine/stackFile.ts"
import { render } from "../../plan/answer.ts"
import { planOf } from "../../plan/Plan.ts"
import { root, step } from "./files.ts"

const script = String(
  step("comment.yml", ({ uses = "" }) => uses.startsWith("actions/github-script@")).with?.["script"]
)

interface Comment {
  readonly id: number
  readonly user: { readonly login: string }
  body: string
}

const commit = "0123456789abcdef0123456789abcdef01234567"
const planOfDev = "<!-- imdb-serverless-etl plan of dev -->"
const previewOfDev = "<!-- imdb-serverless-etl preview of dev -->"

/** GitHub with one pull request, as far as the script goes, and a run that left these pages. */
const commenting = (
  pages: Readonly<Record<string, string>>,
  { comments = [], from = "us/etl", head = commit }: { comments?: Array<Comment>; from?: string; head?: string } = {}
) => {
  const folder = mkdtempSync(join(tmpdir(), "imdb-etl-comment-"))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  mkdirSync(join(folder, "comments"))
  for (const [file, text] of Object.entries(pages)) writeFileSync(join(folder, "comments", file), text)

  const warnings: Array<string> = []
  const [owner = ""] = from.split("/")
  const asked: Array<unknown> = []
  const pulls = [
    { number: 7, head: { sha: head } },
    { number: 8, head: { sha: "another" } }
  ]
  const rest = {
    pulls: {
      list: async (query: unknown) => {
        asked.push(query)
        return pulls
      }
    },
    issues: {
      listComments: async () => comments,
      createComment: async ({ issue_number, body }: { issue_number: number; body: string }) => {
        comments.push({ id: issue_number * 100 + comments.length, user: { login: "github-actions[bot]" }, body })
      },
      updateComment: async ({ comment_id, body }: { comment_id: number; body: string }) => {
        for (const comment of comments) if (comment.id === comment_id) comment.body = body
      }
    }
  }
  const github = { rest, paginate: (method: (query: unknown) => unknown, query: unknown) => method(query) }
  const workflow_run = {
    head_repository: { full_name: from, owner: { login: owner } },
    head_branch: "a-change",
    head_sha: commit,
    html_url: "https://github.com/us/etl/actions/runs/1"
  }
  const context = { repo: { owner: "us", repo: "etl" }, payload: { workflow_run } }
  const core = { warning: (text: string) => warnings.push(text) }

  // The script's paths are relative to GitHub's workspace.
  const within = (path: string) => join(folder, path)
  const fs = {
    existsSync: (path: string) => existsSync(within(path)),
    readdirSync: (path: string) => readdirSync(within(path)),
    readFileSync: (path: string, form: "utf8") => readFileSync(within(path), form)
  }
  const run = new Function("github", "context", "core", "require", `return (async () => {${script}})()`)
  return { said: run(github, context, core, () => fs), comments, warnings, asked }
}

const bodies = (comments: ReadonlyArray<Comment>) => comments.map(({ body }) => body)

describe("the workflow that comments", () => {
  it("makes a page a comment on the pull request of that commit, and says where it comes from", async () => {
    const { said, comments, asked } = commenting({ "plan-dev.md": `${planOfDev}\nNo change.` })
    await said
    assert.deepStrictEqual(bodies(comments), [
      `${planOfDev}\nNo change.\n\nWritten by the code of 0123456 in [this run](https://github.com/us/etl/actions/runs/1).`
    ])
    assert.strictEqual(comments[0]?.id, 700)
    assert.deepStrictEqual(asked, [{ owner: "us", repo: "etl", state: "open", head: "us:a-change" }])
  })

  it("writes the next one in place of it, by its hidden first line, and touches no one else's", async () => {
    const person = { id: 1, user: { login: "someone" }, body: `${planOfDev}\nquoted` }
    const other = { id: 2, user: { login: "github-actions[bot]" }, body: "<!-- other --> hello" }
    const before = { id: 3, user: { login: "github-actions[bot]" }, body: `${planOfDev}\nOld.` }
    const { said, comments } = commenting(
      { "plan-dev.md": `${planOfDev}\nNew.`, "preview-dev.md": `${previewOfDev}\nToo.` },
      { comments: [person, other, before] }
    )
    await said
    assert.deepStrictEqual(
      bodies(comments).map((body) => body.split("\n")[1] ?? ""),
      ["quoted", "", "New.", "Too."]
    )
  })

  it("comments for a fork, but under no other name than a plan's", async () => {
    const pages = {
      "plan-dev.md": `${planOfDev}\nFrom a fork.`,
      "preview-dev.md": `${previewOfDev}\nAll is well!`,
      "x.md": "<!-- other -->\nmine now",
      "y.md": "no first line"
    }
    const { said, comments, warnings, asked } = commenting(pages, { from: "them/etl" })
    await said
    assert.deepStrictEqual(
      bodies(comments).map((body) => body.split("\n")[1]),
      ["From a fork."]
    )
    assert.strictEqual(warnings.length, 3)
    assert.deepStrictEqual(asked, [{ owner: "us", repo: "etl", state: "open", head: "them:a-change" }])
  })

  it("says nothing once a newer commit is there, for that has a run of its own", async () => {
    const { said, comments } = commenting({ "plan-dev.md": `${planOfDev}\nStale.` }, { head: "newer" })
    await said
    assert.deepStrictEqual(comments, [])
  })

  it("cuts a page that no comment would hold", async () => {
    const { said, comments } = commenting({ "plan-dev.md": `${planOfDev}\n${"x".repeat(100_000)}` })
    await said
    assert.isBelow(comments[0]?.body.length ?? 0, 65_536)
  })

  it("knows the line that a plan begins with", async () => {
    const { project } = await readStackFile(root, "dev")
    const plan = planOf({ project, stack: "dev", region: "eu-central-1", resources: [], outputs: {} })
    assert.strictEqual(render({ plan }, "markdown").split("\n")[0], planOfDev)
  })
})
