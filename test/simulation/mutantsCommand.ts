import * as Clock from "effect/Clock"
import * as Console from "effect/Console"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import { Incomplete } from "../../cli/CommandErrors.ts"
import { runAsMain } from "../../cli/runAsMain.ts"
import { runCommand } from "../../cli/runCommand.ts"
import { readDeclaredStack } from "./declaredStack.ts"
import { type Detection, maxSeeds } from "./detectMutant.ts"
import { mutants } from "./mutants.ts"
import { detectMutants } from "./runInWorkers.ts"

/** The sentence about a mutant that is not detected as `mutants.ts` says; undefined if it is. */
const problemOf = ({ fault, seed, falseAlarm }: Detection): string | undefined => {
  const listed = mutants.find((each) => each.fault === fault)
  if (falseAlarm !== undefined)
    return `The scenario of "${fault}" has a violation without the mutant (seed ${falseAlarm}).`
  if (seed === undefined) return `No seed up to ${maxSeeds} detects "${fault}" by "${listed?.invariant}".`
  if (seed === listed?.seed) return undefined
  return `Seed ${seed} detects "${fault}", and seed ${listed?.seed} does not: update mutants.ts, then npm run docs.`
}

const detect = Command.make(
  "npm run mutants --",
  {},
  Effect.fnUntraced(function* () {
    const declared = yield* Effect.promise(readDeclaredStack)
    const start = yield* Clock.currentTimeMillis
    const problems: Array<string> = []
    const faults = mutants.map(({ fault }) => fault)
    yield* detectMutants(declared, faults, (detection) => {
      const problem = problemOf(detection)
      if (problem !== undefined) problems.push(problem)
    })
    const seconds = Math.round(((yield* Clock.currentTimeMillis) - start) / 1000)
    if (problems.length > 0) return yield* new Incomplete({ message: problems.join("\n") })
    yield* Console.log(`All ${mutants.length} mutants are detected (${seconds} s).`)
  })
).pipe(
  Command.withDescription(
    "Detect every mutant of docs/simulation.md: put a defect in, and simulate until an invariant is violated"
  )
)

export const command = runCommand(detect)

if (import.meta.main) runAsMain(command)
