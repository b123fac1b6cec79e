import { execFile } from "node:child_process"
import { promisify } from "node:util"
import { assert, beforeAll, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { buildMutant } from "./catchMutant.ts"
import { type DeclaredStack, readDeclaredStack } from "./declaredStack.ts"
import type { Mutant } from "./mutants.ts"
import { noFaults, type Scenario } from "./Scenario.ts"
import { simulateScenario, simulateSeed } from "./simulate.ts"

const run = promisify(execFile)
const root = new URL("../..", import.meta.url).pathname

/** `npm run simulate -- …`, but for npm. */
const command = async (...args: ReadonlyArray<string>) => {
  const options = { cwd: root, env: { ...process.env, NO_COLOR: "1" } }
  const script = run("sh", ["scripts/pinned-node", "test/simulation/main.ts", ...args], options)
  return script.then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({ code, stdout, stderr })
  )
}

const quiet: Scenario = {
  seed: 1,
  days: 1,
  top: 3,
  weather: "stormy",
  storm: noFaults,
  outages: [],
  troubles: [],
  deeds: []
}

describe("a simulation", () => {
  let declared: DeclaredStack
  beforeAll(async () => {
    declared = await readDeclaredStack()
  })

  it.live("of a seed tells the same story every time", () =>
    Effect.gen(function* () {
      for (const seed of [1, 2, 3, 4, 5]) {
        const [one, other] = [yield* simulateSeed({ seed, declared }), yield* simulateSeed({ seed, declared })]
        assert.isAbove(one.run.history.length, 5)
        assert.deepStrictEqual(one.run, other.run)
      }
    })
  )

  it.live("takes queues, batches, timeouts and variables as the program declares them", () =>
    Effect.gen(function* () {
      const ofMovies = (visibilityTimeoutSeconds: number): DeclaredStack => ({
        ...declared,
        queues: declared.queues.map((queue) =>
          queue.name === "movies" ? { ...queue, inputs: { ...queue.inputs, visibilityTimeoutSeconds } } : queue
        )
      })
      const killed: Scenario = { ...quiet, storm: { ...noFaults, acknowledgementLost: 120 } }
      const returns = (story: { readonly history: ReadonlyArray<string> }) =>
        story.history.find((line) => /movies → .*\(2\)/.test(line))?.slice(6, 11)
      let found: Array<string | undefined> = []
      for (let seed = 1; seed < 40 && found[0] === undefined; seed++) {
        const scenario = { ...killed, seed }
        found = [
          returns(yield* simulateScenario(ofMovies(360), scenario)),
          returns(yield* simulateScenario(ofMovies(1800), scenario))
        ]
      }
      assert.deepStrictEqual(found, ["06:06", "06:30"])
    })
  )

  it.live("loses movies where the program did not declare that a batch fails in part", () =>
    Effect.gen(function* () {
      const forgetful: DeclaredStack = {
        ...declared,
        mappings: declared.mappings.map((mapping) => ({
          ...mapping,
          inputs: { ...mapping.inputs, functionResponseTypes: [] }
        }))
      }
      let broken: ReadonlyArray<string> = []
      for (let seed = 1; seed <= 20 && broken.length === 0; seed++) {
        broken = (yield* simulateSeed({ seed, declared: forgetful, maxShrinks: 0 })).run.violations.map(
          ({ invariant: promise }) => promise
        )
      }
      assert.include(broken, "each movie is accounted for")
    })
  )

  it.live("in which nothing goes wrong ends after one batch of each stage", () =>
    Effect.gen(function* () {
      const { history, violations: broken, invocations } = yield* simulateScenario(declared, quiet)
      assert.deepStrictEqual(broken, [])
      assert.isBelow(invocations, 20)
      assert.isEmpty(history.filter((line) => /failed|refused|lost|twice/.test(line)))
    })
  )
})

describe("a story of one kind of trouble", () => {
  let declared: DeclaredStack
  beforeAll(async () => {
    declared = await readDeclaredStack()
  })

  const handler = "handlers/EnrichAndStoreMovie.ts"
  const stories: ReadonlyArray<{ of: string; scenario: Scenario; slip: Mutant; promise: string }> = [
    {
      of: "messages that come twice",
      scenario: { ...quiet, weather: "stormy", storm: { ...noFaults, twice: 500 } },
      slip: {
        fault: "tells once of each message and outcome, as before decision 7",
        file: handler,
        from: "deduplicationId:",
        to: 'deduplicationId: [messageId, message.outcome].join("-"), forgotten:'
      },
      promise: "the CSV has the enriched"
    },
    {
      of: "an OMDb that never answers",
      scenario: { ...quiet, top: 12, outages: [{ what: "OMDb never answers", from: 0, lasts: 200_000 }] },
      slip: {
        fault: "keeps back no time for what follows a call",
        file: "services/Omdb.ts",
        from: "const reserve = Duration.seconds(3)",
        to: "const reserve = Duration.seconds(0)"
      },
      promise: "each movie is tried for a day"
    },
    {
      of: "a key that is replaced in the secret first",
      scenario: {
        ...quiet,
        deeds: [
          { what: "rotates the key, the secret first", at: 8 },
          { what: "runs the first day again", at: 60 },
          { what: "runs the first day again", at: 300 }
        ]
      },
      slip: {
        fault: "gives movies up at a key that was replaced",
        file: "services/Omdb.ts",
        from: "Equal.equals(fresh, key) ?",
        to: "fresh !== undefined ?"
      },
      promise: "no object says what OMDb did not"
    }
  ]

  for (const { of, scenario, slip, promise } of stories) {
    it.live(`of ${of} keeps every promise, and not with a slip: ${slip.fault}`, () =>
      Effect.gen(function* () {
        const stages = yield* Effect.promise(() => buildMutant(slip))
        const broken = new Set<string>()
        for (let seed = 1; seed <= 30; seed++) {
          const kept = yield* simulateScenario(declared, { ...scenario, seed })
          assert.deepStrictEqual(kept.violations, [], `seed ${seed}`)
          const slipped = yield* simulateScenario(declared, { ...scenario, seed }, stages)
          for (const each of slipped.violations) broken.add(each.invariant)
        }
        assert.include([...broken], promise)
      })
    )
  }
})

describe("npm run simulate", () => {
  it("says that all promises were kept, with 0", async () => {
    const { code, stdout, stderr } = await command("--from", "3", "--seeds", "2")
    assert.match(stdout, /^Seeds 3 to 4: every promise was kept, in \d+ invocations of the functions \(\d+ s\)\.\n$/)
    assert.deepStrictEqual([code, stderr], [0, ""])
  })

  it("tells one story whole, where it is asked to", async () => {
    const { code, stdout } = await command("--seed", "3", "--history")
    assert.match(stdout, /^(one day|2 days), the best \d+\n/)
    assert.match(stdout, /06:00:0\d\.\d{3} {2}event → GetMoviesAndSendToQueue/)
    assert.strictEqual(code, 0)
  })

  it("tells of a broken promise with the command that runs its seed alone, with 2", async () => {
    const mutation = "acknowledges before the put"
    const { code, stdout, stderr } = await command("--mutation", mutation)
    const [, seed] = /^Seed (\d+) breaks a promise:\n/.exec(stdout) ?? []
    assert.include(stdout, "The least that was found to break it, too")
    assert.include(stdout, `Alone: npm run simulate -- --seed ${seed} --mutation "${mutation}"`)
    assert.strictEqual(code, 2)
    assert.strictEqual(stderr.trim().split("\n").length, 1)
    const alone = await command("--seed", String(seed), "--mutation", mutation)
    assert.strictEqual(alone.stdout, stdout)
  })

  it("gives one JSON document", async () => {
    const kept = JSON.parse((await command("--seed", "3", "--json")).stdout)
    assert.deepInclude(kept, { from: 3, to: 3 })
    assert.notProperty(kept, "broken")
    const { code, stdout } = await command("--mutation", "acknowledges before the put", "--json")
    const broken = JSON.parse(stdout)
    assert.isNotEmpty(broken.broken)
    assert.isDefined(broken.least)
    assert.strictEqual(code, 2)
  })

  it("refuses what it does not know in one sentence, with 1", async () => {
    const contradictions = [
      ["--seed", "3", "--from", "5"],
      ["--json", "--history"]
    ]
    for (const args of [["--seed", "0"], ["--mutation", "sings"], ["--sing"], ...contradictions]) {
      const { code, stdout, stderr } = await command(...args)
      assert.deepStrictEqual([code, stdout], [1, ""], args.join(" "))
      assert.strictEqual(stderr.trim().split("\n").length, 1, stderr)
      assert.isTrue(
        args.some((arg) => arg.length > 1 && stderr.includes(arg)),
        stderr
      )
    }
  })
})
