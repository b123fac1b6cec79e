import * as Clock from "effect/Clock"
import * as Console from "effect/Console"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { CannotRun, Incomplete } from "../../cli/CommandErrors.ts"
import { jsonFlag } from "../../cli/output.ts"
import { runAsMain } from "../../cli/runAsMain.ts"
import { runCommand } from "../../cli/runCommand.ts"
import { buildMutant } from "./buildMutant.ts"
import { readDeclaredStack } from "./declaredStack.ts"
import { findViolation } from "./findViolation.ts"
import { mutants } from "./mutants.ts"
import { describeScenario, formatReport, replayCommand } from "./report.ts"
import { simulateSeed } from "./simulate.ts"
import { neverReached, type SituationCounts } from "./situations.ts"

const Count = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 10_000_000 }))

const flags = {
  seed: Flag.Int("seed").pipe(Flag.withDescription("Run one seed only"), Flag.withSchema(Count), Flag.optional),
  from: Flag.Int("from").pipe(Flag.withDescription("First seed (default 1)"), Flag.withSchema(Count), Flag.optional),
  seeds: Flag.Int("seeds").pipe(
    Flag.withDescription("Number of seeds (default 100)"),
    Flag.withSchema(Count),
    Flag.optional
  ),
  mutant: Flag.String("mutant").pipe(
    Flag.withDescription("Run with a defect in the pipeline, by its name in docs/simulation.md"),
    Flag.optional
  ),
  history: Flag.Boolean("history").pipe(
    Flag.withDescription("Print everything that happens in the run of --seed or of a violation"),
    Flag.withDefault(false)
  ),
  json: jsonFlag
}

/** So many seeds must reach every rare situation. */
const fullRun = 1000

const formatSituations = (counts: SituationCounts): ReadonlyArray<string> => [
  "Rare situations, and how often they occurred:",
  ...Object.entries(counts).map(([name, count]) => `  ${String(count).padStart(7)}  ${name}`)
]

const findMutant = Effect.fnUntraced(function* (fault: string) {
  const mutant = mutants.find((each) => each.fault === fault)
  if (mutant !== undefined) return mutant
  const names = mutants.map((each) => `"${each.fault}"`).join(", ")
  return yield* new CannotRun({ message: `There is no mutant "${fault}". Choose one of ${names}.` })
})

export const simulate = Command.make(
  "npm run simulate --",
  flags,
  Effect.fnUntraced(function* ({ seed, from, seeds, history, json, ...flags }) {
    if (Option.isSome(seed) && (Option.isSome(from) || Option.isSome(seeds))) {
      return yield* new CannotRun({ message: "--seed runs one seed: omit it, or omit --from and --seeds." })
    }
    if (json && history) return yield* new CannotRun({ message: "--history and --json exclude each other: omit one." })
    const first = Option.getOrElse(
      Option.orElse(seed, () => from),
      () => 1
    )
    const count = Option.isSome(seed) ? 1 : Option.getOrElse(seeds, () => 100)
    const range = { from: first, to: first + count - 1 }

    const mutant = Option.isSome(flags.mutant) ? yield* findMutant(flags.mutant.value) : undefined
    const declared = yield* Effect.promise(readDeclaredStack)
    const start = yield* Clock.currentTimeMillis
    const found =
      count === 1
        ? { seed: first, invocations: 0, situations: {} }
        : yield* findViolation(range, { declared, mutant }, (seed) => {
            if (!json && seed % 100 === 0 && seed < range.to) process.stderr.write(`… seed ${seed}\n`)
          })
    // Again in this thread: for its history, and to reduce its scenario.
    const stages = mutant && (yield* Effect.promise(() => buildMutant(mutant)))
    const options = { declared, ...(stages && { stages }) }
    const shown = found.seed === undefined ? undefined : yield* simulateSeed({ seed: found.seed, ...options })
    const invocations = count === 1 ? (shown?.run.invocations ?? 0) : found.invocations
    const seconds = Math.round(((yield* Clock.currentTimeMillis) - start) / 1000)

    const situations = count === 1 ? (shown?.run.situations ?? {}) : found.situations
    const violation = shown?.smallest === undefined ? undefined : shown
    if (json) {
      const { seed, run, smallest } = violation ?? {}
      const details = seed !== undefined && {
        seed,
        command: replayCommand(seed, mutant?.fault),
        violations: run?.violations,
        scenario: run?.scenario,
        smallest: smallest?.run.scenario
      }
      yield* Console.log(JSON.stringify({ ...range, invocations, seconds, situations, ...details }))
    } else if (violation !== undefined) {
      yield* Console.log(formatReport(violation, { mutant: mutant?.fault, history }))
    } else {
      if (shown !== undefined) {
        const lines = [...describeScenario(shown.run.scenario), ...(history ? shown.run.history : [])]
        yield* Console.log(lines.join("\n"))
      }
      const subject = count === 1 ? `Seed ${first}` : `Seeds ${range.from} to ${range.to}`
      yield* Console.log(`${subject}: no violation (${invocations} invocations, ${seconds} s).`)
      if (count >= fullRun) yield* Console.log(formatSituations(situations).join("\n"))
    }
    if (violation !== undefined) {
      const command = replayCommand(violation.seed, mutant?.fault)
      return yield* new Incomplete({
        message: `Seed ${violation.seed} violates an invariant. Run it alone: ${command}`
      })
    }
    const missed = neverReached(situations)
    if (count >= fullRun && mutant === undefined && missed.length > 0) {
      return yield* new Incomplete({ message: `Seeds ${range.from} to ${range.to} never reach: ${missed.join("; ")}.` })
    }
  })
).pipe(
  Command.withDescription("Simulate whole runs of the pipeline on a model of AWS, with random faults from a seed"),
  Command.withExamples([
    { command: "npm run simulate", description: "Seeds 1 to 100" },
    { command: "npm run simulate -- --from 101 --seeds 1000", description: "1,000 more" },
    { command: "npm run simulate -- --seed 42 --history", description: "One seed, with everything that happens" }
  ])
)

export const command = runCommand(simulate)

if (import.meta.main) runAsMain(command)
