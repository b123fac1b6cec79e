import { execFileSync } from "node:child_process"
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { root, workflow, workflows } from "./Workflow.ts"

const actions = workflows.flatMap(({ file, steps }) =>
  steps.flatMap(({ uses, with: inputs }) => (uses === undefined ? [] : [{ file, uses, inputs }]))
)
const scripts = workflows.flatMap(({ file, steps }) =>
  steps.flatMap(({ run, env = {} }) => (run === undefined ? [] : [{ file, run, env }]))
)
const callsPulumi = /npm run --silent (preview|up|pulumi) /

describe("the rights of the workflows", () => {
  it("give a token only the permissions that its job lists", () => {
    for (const { file, permissions, jobs } of workflows) {
      assert.deepStrictEqual(permissions, {}, file)
      for (const { id, permissions: own } of jobs) assert.isAbove(Object.keys(own).length, 0, `${file}, ${id}`)
    }
  })

  it("allow writing only for AWS tokens, for comments and for the issue of a drift", () => {
    const writes = workflows.flatMap(({ file, jobs }) =>
      jobs.flatMap(({ id, permissions }) =>
        Object.entries(permissions).flatMap(([scope, access]) =>
          access === "read" ? [] : [`${file} ${id} ${scope}: ${access}`]
        )
      )
    )
    assert.sameMembers(writes, [
      "comment.yml comment pull-requests: write",
      "drift.yml drift id-token: write",
      "drift.yml issue issues: write",
      "preview.yml preview id-token: write",
      "up.yml dev id-token: write",
      "up.yml prod id-token: write"
    ])
  })

  it("keep a fork's code away from the rights of the base repository", () => {
    for (const { file, on } of workflows) assert.notProperty(on, "pull_request_target", file)
    const { on, steps } = workflow("comment.yml")
    assert.hasAllKeys(on, ["workflow_run"])
    assert.hasAllKeys(workflow("drift.yml").on, ["schedule", "workflow_dispatch"])
    assert.isTrue(steps.every(({ run, uses = "" }) => run === undefined && !uses.startsWith("actions/checkout@")))
  })

  it("skip the preview for forks and Dependabot, and run it in the environment that the AWS role trusts", () => {
    const [preview] = workflow("preview.yml").jobs
    assert.include(preview?.if, "github.event.pull_request.head.repo.full_name == github.repository")
    assert.include(preview?.if, "github.event.pull_request.user.login != 'dependabot[bot]'")
    assert.strictEqual(preview?.environment, "preview")
  })

  it("pass text into scripts by variables only, never by expressions", () => {
    for (const { file, run } of scripts) assert.notInclude(run, "${{", file)
    for (const { uses, inputs } of actions) assert.notInclude(`${inputs?.["script"] ?? ""}`, "${{", uses)
  })

  it("give secrets only to the steps that call Pulumi", () => {
    for (const { file, run, env } of scripts.filter((each) => !callsPulumi.test(each.run))) {
      assert.notMatch(JSON.stringify(env), /secrets\./, `${file}: ${run}`)
    }
    for (const { file, text } of workflows) assert.notMatch(text, /^ {0,6}\S.*secrets\./m, file)
  })

  it("leave no token in a checkout, and do not print the URL of the state", () => {
    for (const { file, inputs } of actions.filter(({ uses }) => uses.startsWith("actions/checkout@"))) {
      assert.strictEqual(inputs?.["persist-credentials"], false, file)
    }
    for (const { file, run } of scripts.filter((each) => callsPulumi.test(each.run))) {
      assert.include(run, "--suppress-permalink=true", file)
    }
  })
})

describe("the steps and jobs of the workflows", () => {
  it("use actions of GitHub and AWS only, each by one commit, with its version beside it", () => {
    const pinned = /^((?:actions|aws-actions)\/[\w-]+)@[0-9a-f]{40} # v\d+\.\d+\.\d+$/
    const pins = new Map<string, string>()
    for (const { file, text } of workflows) {
      for (const [, uses = ""] of text.matchAll(/uses: (?!\.\/)(.+)/g)) {
        const [, name = ""] = pinned.exec(uses) ?? []
        assert.notStrictEqual(name, "", `${file} uses ${uses}`)
        assert.strictEqual(pins.get(name) ?? uses, uses, file)
        pins.set(name, uses)
      }
    }
  })

  it("name npm scripts and stacks that exist", () => {
    const { scripts: npmScripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"))
    const named = scripts.flatMap(({ run }) => [...run.matchAll(/\bnpm (?:run (?:--silent )?)?([a-z]+)/g)])
    assert.isAbove(named.length, 5)
    for (const [line, name = ""] of named) {
      if (!["ci", "audit"].includes(name)) assert.property(npmScripts, name === "cit" ? "test" : name, line)
    }
    for (const [, stack] of scripts.flatMap(({ run }) => [...run.matchAll(/--stack ([a-z]+)/g)])) {
      assert.isTrue(existsSync(join(root, `Pulumi.${stack}.yaml`)), stack)
    }
  })

  it("have scripts that bash parses", () => {
    for (const { run } of scripts) execFileSync("bash", ["-n", "-c", run])
  })

  it("end within 30 minutes", () => {
    for (const { file, jobs } of workflows) {
      for (const { id, "timeout-minutes": minutes } of jobs.filter(({ uses }) => uses === undefined)) {
        assert.isAtMost(minutes ?? Number.POSITIVE_INFINITY, 30, `${file}, ${id}`)
      }
    }
  })

  it("check main with npm cit, then deploy to dev, then to prod, and never cancel a deployment", () => {
    assert.deepStrictEqual(workflow("up.yml").on, { push: { branches: ["main"] } })
    assert.hasAllKeys(workflow("check.yml").on, ["pull_request", "workflow_call"])
    assert.isTrue(workflow("check.yml").steps.some(({ run }) => run === "npm cit"))
    const [check, dev, prod] = workflow("up.yml").jobs
    assert.strictEqual(check?.uses, "./.github/workflows/check.yml")
    assert.deepStrictEqual([check?.id, dev?.id, prod?.id], ["check", "dev", "prod"])
    assert.deepStrictEqual([dev?.needs, prod?.needs], ["check", "dev"])
    for (const job of [dev, prod]) {
      assert.strictEqual(job?.environment, job?.id)
      assert.deepStrictEqual(job?.concurrency, { group: `up-${job?.id}`, "cancel-in-progress": false })
    }
  })
})
