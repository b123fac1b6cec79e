import { execFileSync } from "node:child_process"
import { cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, beforeAll, describe, it } from "@effect/vitest"
import { afterAll } from "vitest"
import { command } from "../../plan/command.ts"

const root = new URL("../..", import.meta.url).pathname

/** A small program with the real one's way of bundling, one setting and a key. */
const program = `import * as aws from "@pulumi/aws"
import * as pulumi from "@pulumi/pulumi"
import { bundle } from "./infra/bundle.ts"
const config = new pulumi.Config()
const role = new aws.iam.Role("hello-role", { assumeRolePolicy: "{}" })
new aws.secretsmanager.SecretVersion("key", { secretId: "key", secretString: config.requireSecret("omdbApiKey") })
new aws.lambda.Function("hello", {
  code: bundle("hello"),
  role: role.arn,
  environment: { variables: { GREETING: config.require("greeting"), OTHER: "as it was" } }
})`
const handler = 'import { identity } from "effect/Function"\nexport const handler = () => identity("hello")\n'
const stackFile = (greeting: string) => `config:
  aws:region: eu-central-1
  small:greeting: ${greeting}
  small:omdbApiKey: a-plain-key-never-to-be-seen
`

const collecting = () => {
  const said: Array<string> = []
  const write = (text: string | Uint8Array) => {
    said.push(String(text))
    return true
  }
  return { write, text: () => said.join("") }
}

describe("npm run plan -- --base", { timeout: 60_000 }, () => {
  let repository = ""
  const write = (file: string, text: string) => writeFile(join(repository, file), text)
  const git = (...args: ReadonlyArray<string>) =>
    execFileSync("git", ["-c", "user.name=test", "-c", "user.email=test@example.com", ...args], {
      cwd: repository,
      encoding: "utf8"
    })
  const commit = (message: string) => {
    git("add", "--all")
    git("commit", "--quiet", "--message", message)
    git("tag", message)
  }

  beforeAll(async () => {
    repository = await mkdtemp(join(tmpdir(), "imdb-etl-test-"))
    git("init", "--quiet")
    await write(".gitignore", "node_modules\n")
    commit("empty")
    await symlink(join(root, "node_modules"), join(repository, "node_modules"))
    await mkdir(join(repository, "handlers"))
    await cp(join(root, "infra/bundle.ts"), join(repository, "infra/bundle.ts"), { recursive: true })
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

  const plan = async (...args: ReadonlyArray<string>) => {
    const out = collecting()
    const err = collecting()
    const voice = { stdout: out, stderr: err }
    const code = await command(args, voice, new AbortController().signal, repository)
    return { code, out: out.text(), err: err.text() }
  }
  const leftovers = async () => (await readdir(tmpdir())).filter((name) => name.startsWith("imdb-etl-plan-"))

  it("says that nothing changed where nothing did, though the base lay in another folder", async () => {
    const before = await leftovers()
    const { code, out, err } = await plan("--base", "working")
    assert.deepStrictEqual([code, err], [0, ""])
    assert.include(out, "No change")
    assert.deepStrictEqual(await leftovers(), before)
  })

  it("shows a setting and the code that changed since, the code by its size", async () => {
    await write("Pulumi.dev.yaml", stackFile("good morning"))
    await write("handlers/hello.ts", handler.replace("hello", "hello, hello"))
    const { code, out } = await plan("--base", "working")
    await write("Pulumi.dev.yaml", stackFile("hello"))
    await write("handlers/hello.ts", handler)
    assert.strictEqual(code, 0)
    const changed = /Changed: 1\n(?:.+\n)+/.exec(out)?.[0] ?? ""
    assert.match(
      changed,
      /^Changed: 1\n {2}~ lambda Function hello\n {6}code \(index\.mjs\): (\d+) bytes → \d+ bytes\n {6}environment\.variables\.GREETING: hello → good morning\n$/
    )
  })

  it("shows a secret written into the stack file by mistake in no form", async () => {
    for (const form of ["--json", "--markdown"]) {
      const { code, out } = await plan("--base", "working", form)
      assert.strictEqual(code, 0)
      assert.notInclude(out, "never-to-be-seen")
      assert.notInclude(out, repository)
    }
  })

  it.each([
    [["--base", "no-such-branch"], /^There is no revision no-such-branch here/],
    [["--base", "--help"], /--base/],
    [["--base", ""], /^--base is empty/],
    [["--base", "empty"], /^empty has no index\.ts, so it has no program to compare with\.$/],
    [["--base", "broken"], /^The program of broken \([0-9a-f]{7}\) does not run: not ready yet$/],
    [["--stack", "qa"], /^There is no stack qa in this checkout: it has no Pulumi\.qa\.yaml\.$/],
    [["--stack", "../dev"], /^--stack is "\.\.\/dev"/],
    [["--json", "--markdown"], /give one of them/],
    [["--nonsense"], /^Unknown option '--nonsense'\. The options are listed by: npm run plan -- --help$/]
  ])("ends with 1 and one sentence for %j", async (args, sentence) => {
    const { code, out, err } = await plan(...args)
    assert.deepStrictEqual([code, out], [1, ""])
    assert.match(err.trim(), sentence)
    assert.strictEqual(err.trim().split("\n").length, 1)
  })

  it("explains itself", async () => {
    const { code, out } = await plan("--help")
    assert.strictEqual(code, 0)
    for (const option of ["--stack", "--base", "--json", "--markdown"]) assert.include(out, option)
  })
})
