import { execFileSync } from "node:child_process"
import { cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, beforeAll, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as TestConsole from "effect/testing/TestConsole"
import { afterAll } from "vitest"
import { planCommand } from "../../plan/main.ts"

const root = new URL("../..", import.meta.url).pathname

/** A small program with the real bundler, one setting and the OMDb key. */
const program = `import * as aws from "@pulumi/aws"
import * as pulumi from "@pulumi/pulumi"
import { bundle } from "./infra/bundle.ts"
const config = new pulumi.Config()
const role = new aws.iam.Role("hello-role", { assumeRolePolicy: "{}" })
new aws.secretsmanager.SecretVersion("key", { secretId: "key", secretString: config.requireSecret("omdbApiKey") })
new aws.lambda.Function("hello", {
  code: bundle("hello"),
  role: role.arn,
  environment: { variables: { GREETING: config.require("greeting"), OTHER: "unchanged" } }
})`
const handler = 'import { identity } from "effect/Function"\nexport const handler = () => identity("hello")\n'
const stackFile = (greeting: string) => `config:
  aws:region: eu-central-1
  small:greeting: ${greeting}
  small:omdbApiKey: a-plain-key-never-to-be-printed
`

describe("npm run plan", { timeout: 60_000 }, () => {
  let repository = ""
  const write = (file: string, text: string) => writeFile(join(repository, file), text)
  const git = (...args: ReadonlyArray<string>) =>
    execFileSync("git", ["-c", "user.name=test", "-c", "user.email=test@example.com", ...args], { cwd: repository })
  const commit = (tag: string) => {
    git("add", "--all")
    git("commit", "--quiet", "--message", tag)
    git("tag", tag)
  }

  beforeAll(async () => {
    repository = await mkdtemp(join(tmpdir(), "imdb-etl-test-"))
    git("init", "--quiet")
    await write(".gitignore", "node_modules\n")
    commit("empty")
    await symlink(join(root, "node_modules"), join(repository, "node_modules"))
    await mkdir(join(repository, "handlers"))
    for (const file of ["infra/bundle.ts", "infra/handlerBundles.ts"]) {
      await cp(join(root, file), join(repository, file), { recursive: true })
    }
    await write("package.json", '{ "type": "module" }')
    await write("Pulumi.yaml", "name: small\nruntime: nodejs\n")
    await write("handlers/hello.ts", handler)
    await write("Pulumi.dev.yaml", stackFile("hello"))
    await write("index.ts", "throw new Error('not ready yet')")
    commit("broken")
    await write("index.ts", program)
    commit("working")
  })
  afterAll(() => rm(repository, { recursive: true, force: true }))

  const plan = (...args: ReadonlyArray<string>) =>
    Effect.gen(function* () {
      const code = yield* planCommand(repository)(args)
      return { code, out: (yield* TestConsole.logLines).join("\n"), err: (yield* TestConsole.errorLines).join("\n") }
    }).pipe(Effect.provide(Layer.merge(NodeServices.layer, TestConsole.layer)))
  const temporaryFolders = async () => (await readdir(tmpdir())).filter((name) => name.startsWith("imdb-etl-plan-"))

  it.live("finds no change in an identical revision, and removes the revision's folder", () =>
    Effect.gen(function* () {
      const before = yield* Effect.promise(temporaryFolders)
      const { code, out, err } = yield* plan("--base", "working")
      assert.deepStrictEqual([code, err], [0, ""])
      assert.include(out, "No change")
      assert.deepStrictEqual(yield* Effect.promise(temporaryFolders), before)
    })
  )

  it.live(
    "prints a changed setting and the size of changed code, without the key in the stack file and local paths",
    () =>
      Effect.gen(function* () {
        yield* Effect.promise(() => write("Pulumi.dev.yaml", stackFile("good morning")))
        yield* Effect.promise(() => write("handlers/hello.ts", handler.replace("hello", "hello, hello")))
        const { code, out } = yield* plan("--base", "working", "--json")
        assert.strictEqual(code, 0)
        const { changed } = JSON.parse(out).base.change
        assert.deepStrictEqual(
          changed.map(({ name, inputs }: { name: string; inputs: ReadonlyArray<{ path: string }> }) => [
            name,
            ...inputs.map(({ path }) => path)
          ]),
          [["hello", "code (index.mjs)", "environment.variables.GREETING"]]
        )
        assert.notInclude(out, "never-to-be-printed")
        assert.notInclude(out, repository)
      })
  )

  it.live.each([
    [["--base", "no-such-branch"], /^There is no revision no-such-branch in this repository\./],
    [["--base", ""], /--base.* a revision, such as main/],
    [["--base", "empty"], /^empty has no index\.ts, so it has no program to compare with\.$/],
    [["--base", "broken"], /^The program of broken \([0-9a-f]{7}\) failed: not ready yet$/],
    [["--stack", "qa"], /^There is no stack qa in this checkout: it has no Pulumi\.qa\.yaml\.$/],
    [["--stack", "../dev"], /--stack.* a stack's name, such as dev or prod/],
    [["--json", "--markdown"], /^Choose one output format: --json or --markdown\.$/]
  ] as const)("exits with 1 and one sentence on stderr for %j", ([args, sentence]) =>
    Effect.gen(function* () {
      const { code, out, err } = yield* plan(...args)
      assert.deepStrictEqual([code, out], [1, ""])
      assert.match(err, sentence)
      assert.notInclude(err, "\n")
    })
  )
})
