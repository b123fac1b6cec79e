import { spawn } from "node:child_process"
import { once } from "node:events"
import { text } from "node:stream/consumers"
import { setTimeout } from "node:timers/promises"
import { assert, describe, it } from "@effect/vitest"
import { onTestFinished } from "vitest"
import { pathWithPulumi } from "../operator/fakePulumi.ts"
import { anAccount } from "./EmulatedAwsAccount.ts"

const root = new URL("../..", import.meta.url).pathname

const queue = (name: string) => `https://sqs.eu-central-1.amazonaws.com/000000000000/${name}`
const outputs = {
  moviesBucket: "movies",
  moviesTable: "movies",
  functions: ["GetMoviesAndSendToQueue"],
  queues: { movies: queue("movies"), exports: queue("exports.fifo"), loads: queue("loads") },
  deadLetterQueues: {
    movies: queue("movies-dead"),
    exports: queue("exports-dead.fifo"),
    loads: queue("loads-dead"),
    failedRuns: queue("failed-runs"),
    daily: queue("daily-dead")
  }
}

/** Nobody's: neither a developer's own credentials nor those of a machine. */
const noCredentials = {
  AWS_CONFIG_FILE: "/dev/null",
  AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
  AWS_EC2_METADATA_DISABLED: "true",
  AWS_ENDPOINT_URL: "http://127.0.0.1:9"
}

/** `npm run conformance -- …`, but for npm, on a machine where `pulumi` knows the stack dev. */
const launch = async (args: ReadonlyArray<string>, env: Readonly<Record<string, string>> = {}) => {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("AWS_"))
  const PATH = await pathWithPulumi(JSON.stringify(outputs))
  const script = spawn("sh", ["scripts/pinned-node", "test/conformance/main.ts", ...args], {
    cwd: root,
    env: { ...Object.fromEntries(inherited), ...noCredentials, PATH, ...env },
    stdio: ["ignore", "pipe", "pipe"]
  })
  onTestFinished(() => void script.kill("SIGKILL"))
  const ended = Promise.all([once(script, "close"), text(script.stdout), text(script.stderr)]).then(
    ([[code], stdout, stderr]) => ({ code, stdout, stderr })
  )
  return { script, ended }
}

const run = async (...launched: Parameters<typeof launch>) => (await launch(...launched)).ended

describe("npm run conformance", () => {
  it("is one JSON document with --json, and leaves with 0 where all is as listed", async () => {
    const { code, stdout, stderr } = await run(["secrets", "--json"])
    assert.deepStrictEqual([code, stderr], [0, ""])
    const { asListed, sites, behaviours } = JSON.parse(stdout)
    assert.deepStrictEqual([asListed, sites], [true, ["model", "local cloud"]])
    const holds = { state: "holds" }
    for (const { outcomes } of behaviours) assert.deepStrictEqual(outcomes, { model: holds, "local cloud": holds })
    assert.strictEqual(behaviours.length, 2)
  })

  it("holds an account to the same, and leaves with 2 and nothing behind where it behaves otherwise", async () => {
    const account = await anAccount()
    const { code, stdout, stderr } = await run(["fifo", "--stack", "dev", "--json"], account.environment)
    const { asListed, sites, behaviours } = JSON.parse(stdout)
    assert.deepStrictEqual([code, stderr], [2, "Not as listed: 1 of 7 behaviours.\n"])
    assert.deepStrictEqual([asListed, sites], [false, ["model", "local cloud", "AWS"]])
    // This account is a local cloud, and so differs from AWS as that does.
    const failing = behaviours.filter(({ outcomes }: { outcomes: { AWS: unknown } }) => "seen" in Object(outcomes.AWS))
    assert.deepStrictEqual(
      failing.map(({ title, outcomes }: { title: string; outcomes: { AWS: unknown } }) => [title, outcomes.AWS]),
      [
        [
          "One receive gives several messages of a group",
          { state: "fails", seen: 'One receive: expected several of the group\'s messages, saw ["1"]' }
        ]
      ]
    )
    assert.deepStrictEqual(await account.resources(), [])
  })

  it("has an account tell of its objects, on resources that are known by name and tag", async () => {
    const account = await anAccount()
    const { ended } = await launch(["arrivals", "--stack", "dev"], account.environment)
    while (account.tagged.length === 0) await setTimeout(20)
    const names = await account.resources()
    assert.isAtLeast(names.length, 4)
    for (const name of names) assert.match(name, /^imdb-etl-conformance-[0-9a-f]{10}(-|$)/)
    assert.include(account.tagged[0], "<Key>imdb-etl</Key><Value>conformance</Value>")
    const { code, stdout, stderr } = await ended
    assert.deepStrictEqual([code, stderr], [0, ""])
    assert.match(stdout, /^The model: 3 hold\.\nThe local cloud: 3 hold\.\nAWS: 3 hold\.$/m)
    assert.deepStrictEqual(await account.resources(), [])
  })

  it("removes what it made when it is interrupted", async () => {
    const account = await anAccount()
    const { script, ended } = await launch(["visibility", "--stack", "dev"], account.environment)
    while ((await account.resources()).length < 12) await setTimeout(20)
    // As by Ctrl-C under npm, which passes it on.
    script.kill("SIGINT")
    script.kill("SIGINT")
    const { code, stderr } = await ended
    assert.deepStrictEqual([code, stderr], [130, ""])
    assert.deepStrictEqual(await account.resources(), [])
  })

  it("says in one sentence why it cannot run, and leaves with 1", async () => {
    const cases = [
      { args: ["--stack", "missing"], says: /^The outputs of the stack missing cannot be read: pulumi stack output / },
      { args: ["--stack", "dev"], says: /^It cannot begin: The scratch .*: CredentialsProviderError: [^\n]+\n$/ },
      { args: ["lambda"], says: /^[^\n]*lambda[^\n]* See npm run conformance -- --help\n$/ },
      { args: ["--port", "1"], says: /^[^\n]*--port[^\n]* See npm run conformance -- --help\n$/ }
    ]
    for (const { args, says } of cases) {
      const { code, stdout, stderr } = await run(args)
      assert.deepStrictEqual([code, stdout], [1, ""], args.join(" "))
      assert.match(stderr, says)
    }
  })
})
