import { execFileSync } from "node:child_process"
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { parse } from "yaml"
import { root, textOf, workflow, workflows } from "./files.ts"

const Package = Schema.Struct({ scripts: Schema.Record(Schema.String, Schema.String) })
const { scripts } = Schema.decodeUnknownSync(Schema.fromJsonString(Package))(
  readFileSync(join(root, "package.json"), "utf8")
)

/** What `npm NAME` stands for where it is not a script of its own. */
const npmCommands: Readonly<Record<string, ReadonlyArray<string>>> = { ci: [], cit: ["test"] }

const actions = workflows.flatMap(({ file, steps }) =>
  steps.flatMap(({ uses, with: inputs }) => (uses === undefined ? [] : [{ file, uses, inputs }]))
)
const commands = workflows.flatMap(({ file, steps }) =>
  steps.flatMap(({ run, env = {} }) => (run === undefined ? [] : [{ file, run, env }]))
)

describe("what the workflows may do", () => {
  it("a token has no permission until a job names it, and each job names all of its own", () => {
    for (const { file, permissions, jobs } of workflows) {
      assert.deepStrictEqual(permissions, {}, file)
      for (const { id, permissions: own } of jobs) assert.isAbove(Object.keys(own).length, 0, `${file}, ${id}`)
    }
  })

  it("a job may only read, but for AWS's token in previews and deployments, and comments where no code is run", () => {
    const writes = workflows.flatMap(({ file, jobs }) =>
      jobs.flatMap(({ id, permissions }) =>
        Object.entries(permissions).flatMap(([scope, access]) =>
          access === "read" ? [] : [`${file} ${id} ${scope}: ${access}`]
        )
      )
    )
    assert.sameMembers(writes, [
      "comment.yml comment pull-requests: write",
      "preview.yml preview id-token: write",
      "up.yml dev id-token: write",
      "up.yml prod id-token: write"
    ])
  })

  it("no workflow runs a fork's code with the base's rights", () => {
    for (const { file, on } of workflows) assert.notProperty(on, "pull_request_target", file)
    const { on, steps } = workflow("comment.yml")
    assert.hasAllKeys(on, ["workflow_run"])
    assert.isTrue(steps.every(({ run, uses = "" }) => run === undefined && !uses.startsWith("actions/checkout@")))
  })

  it("a preview is neither for forks nor for Dependabot, and names the environment that AWS's role trusts", () => {
    const [preview] = workflow("preview.yml").jobs
    assert.include(preview?.if, "github.event.pull_request.head.repo.full_name == github.repository")
    assert.include(preview?.if, "github.event.pull_request.user.login != 'dependabot[bot]'")
    assert.strictEqual(preview?.environment, "preview")
  })

  it("no one's text is pasted into a script: it comes as a variable", () => {
    for (const { file, run } of commands) assert.notInclude(run, "${{", file)
    for (const { uses, inputs } of actions) assert.notInclude(`${inputs?.["script"] ?? ""}`, "${{", uses)
  })

  it("only the steps that call Pulumi see its secrets", () => {
    for (const { file, run, env } of commands) {
      if (/npm run --silent (preview|up) /.test(run)) continue
      assert.notMatch(JSON.stringify(env), /secrets\./, `${file}: ${run}`)
    }
    for (const { file } of workflows) assert.notMatch(textOf(file), /^ {0,6}\S.*secrets\./m, file)
  })

  it("a checkout leaves no token behind, and the address of the state is never shown", () => {
    for (const { file, uses, inputs } of actions) {
      if (uses.startsWith("actions/checkout@")) assert.strictEqual(inputs?.["persist-credentials"], false, file)
    }
    for (const { file, run } of commands) {
      if (/npm run --silent (preview|up) /.test(run)) assert.include(run, "--suppress-permalink=true", file)
    }
  })
})

describe("what the workflows run", () => {
  it("actions are of GitHub or AWS, at released versions, one of each", () => {
    const versions = new Map<string, string>()
    for (const { file, uses } of actions) {
      const [, name = "", version = ""] = /^((?:actions|aws-actions)\/[\w-]+)@(v\d+\.\d+\.\d+)$/.exec(uses) ?? []
      assert.notStrictEqual(name, "", `${file} uses ${uses}`)
      assert.strictEqual(versions.get(name) ?? version, version, `${file} uses ${uses}`)
      versions.set(name, version)
    }
  })

  it("each npm script and each stack that a step names is there", () => {
    const called = commands.flatMap(({ file, run }) =>
      [...run.matchAll(/\bnpm (?:run (?:--silent )?)?([a-z]+)/g)].map(([, name = ""]) => ({ file, name }))
    )
    assert.isAbove(called.length, 5)
    for (const { file, name } of called) {
      for (const script of npmCommands[name] ?? [name]) assert.property(scripts, script, `${file} runs npm ${name}`)
    }
    const stacks = commands.flatMap(({ run }) => [...run.matchAll(/--stack ([a-z]+)/g)].map(([, name]) => name))
    for (const stack of stacks) assert.isTrue(existsSync(join(root, `Pulumi.${stack}.yaml`)), stack)
  })

  it("each script is one that bash can read", () => {
    for (const { run } of commands) execFileSync("bash", ["-n", "-c", run])
  })

  it("each job ends by itself", () => {
    for (const { file, jobs } of workflows) {
      for (const { id, uses, "timeout-minutes": minutes } of jobs) {
        if (uses === undefined) assert.isAtMost(minutes ?? Number.POSITIVE_INFINITY, 30, `${file}, ${id}`)
      }
    }
  })

  it("main is checked by the README's command, then deployed to dev, then to prod, and no deployment is broken off", () => {
    assert.deepStrictEqual(workflow("up.yml").on, { push: { branches: ["main"] } })
    assert.hasAllKeys(workflow("check.yml").on, ["pull_request", "workflow_call"])
    assert.include(
      workflow("check.yml").steps.map(({ run }) => run),
      "npm cit"
    )
    const [check, dev, prod] = workflow("up.yml").jobs
    assert.strictEqual(check?.uses, "./.github/workflows/check.yml")
    assert.deepStrictEqual([check?.id, dev?.id, prod?.id], ["check", "dev", "prod"])
    assert.deepStrictEqual([dev?.needs, prod?.needs], ["check", "dev"])
    for (const job of [dev, prod]) {
      assert.strictEqual(job?.environment, job?.id)
      assert.deepStrictEqual(job?.concurrency, { group: `up-${job?.id}`, "cancel-in-progress": false })
    }
  })

  it("Dependabot keeps the packages and the actions current", () => {
    const config: unknown = parse(readFileSync(join(root, ".github/dependabot.yml"), "utf8"))
    const Updates = Schema.Struct({ updates: Schema.Array(Schema.Struct({ "package-ecosystem": Schema.String })) })
    const { updates } = Schema.decodeUnknownSync(Updates)(config)
    assert.sameMembers(
      updates.map((each) => each["package-ecosystem"]),
      ["npm", "github-actions"]
    )
  })
})
