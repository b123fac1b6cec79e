import * as fs from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { render } from "../../plan/main.ts"
import { planOf } from "../../plan/Plan.ts"
import { script, temporaryFolder } from "./Workflow.ts"

interface Comment {
  readonly id: number
  readonly user: { readonly login: string }
  body: string
}

const commit = "0123456789abcdef0123456789abcdef01234567"
const planOfDev = "<!-- imdb-serverless-etl plan of dev -->"
const previewOfDev = "<!-- imdb-serverless-etl preview of dev -->"

/** Runs the script of a workflow in this folder, with the globals of github-script. */
const runScript = (
  file: string,
  folder: string,
  globals: { readonly github: object; readonly context: object; readonly core?: object }
): Promise<void> => {
  // The script's paths are relative to GitHub's workspace.
  const nodeFs = {
    existsSync: (path: string) => fs.existsSync(join(folder, path)),
    readdirSync: (path: string) => fs.readdirSync(join(folder, path)),
    readFileSync: (path: string, encoding: "utf8") => fs.readFileSync(join(folder, path), encoding)
  }
  const run = new Function("github", "context", "core", "require", `return (async () => {${script(file)}})()`)
  return run(globals.github, globals.context, globals.core, () => nodeFs)
}

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
  await runScript("comment.yml", folder, { github, context, core })
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

  it("cuts a page that is too long for a comment, and names where the whole page is", async () => {
    const { comments } = await runComment({ "plan-dev.md": `${planOfDev}\n${"A line.\n".repeat(20_000)}` })
    const [, note, , ...lines] = comments[0]?.body.split("\n") ?? []
    assert.match(note ?? "", /^Written by .*actions\/runs\/1\), whose summary has the whole page: .* cut below\.$/)
    assert.isTrue(lines.length > 5_000 && lines.every((line) => line === "A line."))
    assert.isBelow(comments[0]?.body.length ?? 0, 65_536)
  })

  it("accepts the first line of the plan's Markdown", () => {
    const project = "imdb-serverless-etl"
    const plan = planOf({ project, stack: "dev", region: "eu-central-1", resources: [], outputs: {}, warnings: [] })
    assert.strictEqual(render({ plan }, "markdown").split("\n")[0], planOfDev)
  })
})

describe("the script of drift.yml", () => {
  const title = "Drift: a stack differs from its state"
  const openIssue = async (issues: Array<{ number: number; user: { login: string }; title: string; body: string }>) => {
    const folder = temporaryFolder()
    fs.mkdirSync(join(folder, "drift"))
    fs.writeFileSync(join(folder, "drift/prod.txt"), "~ 1 to update")
    const rest = {
      issues: {
        listForRepo: async () => issues,
        create: async (issue: { title: string; body: string }) => {
          issues.push({ number: 9, user: { login: "github-actions[bot]" }, ...issue })
        },
        update: async ({ issue_number, body }: { issue_number: number; body: string }) => {
          for (const issue of issues) if (issue.number === issue_number) issue.body = body
        }
      }
    }
    await runScript("drift.yml", folder, {
      github: { rest, paginate: (method: (query: unknown) => unknown, query: unknown) => method(query) },
      context: { repo: { owner: "us", repo: "etl" }, serverUrl: "https://github.com", runId: 1 }
    })
    return issues
  }

  it("opens one issue with the differences of each stack, and updates it the next time", async () => {
    const issues = await openIssue([{ number: 1, user: { login: "someone" }, title, body: "mine" }])
    assert.include(issues[1]?.body, "[This run](https://github.com/us/etl/actions/runs/1)")
    assert.include(issues[1]?.body, "### prod\n\n~~~~~~~~diff\n~ 1 to update\n~~~~~~~~")
    await openIssue(issues)
    assert.deepStrictEqual(
      issues.map(({ number }) => number),
      [1, 9]
    )
  })
})
