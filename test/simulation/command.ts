import * as Clock from "effect/Clock"
import * as Console from "effect/Console"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { CannotRun, Incomplete } from "../../cli/CommandErrors.ts"
import { jsonFlag } from "../../cli/output.ts"
import { runCommand } from "../../cli/runCommand.ts"
import { buildMutant } from "./catchMutant.ts"
import { readDeclaredStack } from "./declaredStack.ts"
import { mutants } from "./mutants.ts"
import { describeScenario, formatReport, replayCommand } from "./report.ts"
import { type SeedResult, simulateSeed } from "./simulate.ts"
import { stageHandlers as ours } from "./stages.ts"

const Count = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 10_000_000 }))

const flags = {
  seed: Flag.Int("seed").pipe(Flag.withDescription("This one alone"), Flag.withSchema(Count), Flag.optional),
  from: Flag.Int("from").pipe(
    Flag.withDescription("The first seed; 1 if left out"),
    Flag.withSchema(Count),
    Flag.optional
  ),
  seeds: Flag.Int("seeds").pipe(
    Flag.withDescription("How many; 100 if left out"),
    Flag.withSchema(Count),
    Flag.optional
  ),
  mutation: Flag.String("mutation").pipe(
    Flag.withDescription("With a slip in the handlers, by what they do wrong then; docs/simulation.md lists them"),
    Flag.optional
  ),
  history: Flag.Boolean("history").pipe(
    Flag.withDescription("All that happens, in the story of --seed or where a promise is broken"),
    Flag.withDefault(false)
  ),
  json: jsonFlag
}

const stagesWith = Effect.fnUntraced(function* (mutation: Option.Option<string>) {
  if (Option.isNone(mutation)) return ours
  const found = mutants.find(({ fault: does }) => does === mutation.value)
  if (found !== undefined) return yield* Effect.promise(() => buildMutant(found))
  const known = mutants.map(({ fault: does }) => `"${does}"`).join(", ")
  return yield* new CannotRun({ message: `No mutation "${mutation.value}" is known; these are: ${known}.` })
})

/** Lives seeds through in their order, to the first that breaks a promise. */
const liveThrough = Effect.fnUntraced(function* (
  range: { readonly from: number; readonly to: number },
  options: { readonly mutation: Option.Option<string>; readonly json: boolean }
) {
  const stages = yield* stagesWith(options.mutation)
  const declared = yield* Effect.promise(readDeclaredStack)
  const begun = yield* Clock.currentTimeMillis
  let invocations = 0
  let last: SeedResult | undefined
  for (let seed = range.from; seed <= range.to && last?.smallest === undefined; seed++) {
    last = yield* simulateSeed({ seed, declared, stages })
    invocations += last.run.invocations
    // On a terminal, to see that it lives; in a log, not a line for each.
    const often = process.stderr.isTTY ? 10 : 100
    if (!options.json && seed < range.to && seed % often === 0) yield* Console.error(`… ${seed}`)
  }
  const seconds = Math.round(((yield* Clock.currentTimeMillis) - begun) / 1000)
  return { last, invocations, seconds }
})

const script = Command.make(
  "npm run simulate --",
  flags,
  Effect.fnUntraced(function* ({ seed, from, seeds, mutation, history, json }) {
    if (Option.isSome(seed) && (Option.isSome(from) || Option.isSome(seeds))) {
      return yield* new CannotRun({ message: "--seed is one seed alone: leave --from and --seeds out, or --seed." })
    }
    if (json && history) {
      return yield* new CannotRun({ message: "--history is for people, and --json for scripts: say one of them." })
    }
    const first = Option.getOrElse(seed, () => Option.getOrElse(from, () => 1))
    const count = Option.isSome(seed) ? 1 : Option.getOrElse(seeds, () => 100)
    const range = { from: first, to: first + count - 1 }
    const { last, invocations, seconds } = yield* liveThrough(range, { mutation, json })
    const broken = last?.smallest === undefined ? undefined : last
    const alone = range.from === range.to && last !== undefined
    if (json) {
      yield* Console.log(
        JSON.stringify({
          ...range,
          invocations,
          seconds,
          ...(broken && {
            seed: broken.seed,
            command: replayCommand(broken.seed, Option.getOrUndefined(mutation)),
            broken: broken.run.violations,
            scenario: broken.run.scenario,
            least: broken.smallest?.story.scenario
          })
        })
      )
    } else if (broken !== undefined) {
      const slip = Option.match(mutation, { onNone: () => ({}), onSome: (mutation) => ({ mutation }) })
      yield* Console.log(formatReport(broken, { ...slip, history }))
    } else {
      if (alone)
        yield* Console.log([...describeScenario(last.run.scenario), ...(history ? last.run.history : [])].join("\n"))
      const which = alone ? `Seed ${range.from}` : `Seeds ${range.from} to ${range.to}`
      yield* Console.log(
        `${which}: every promise was kept, in ${invocations} invocations of the functions (${seconds} s).`
      )
    }
    if (broken !== undefined) {
      const sentence = `The seed ${broken.seed} breaks a promise: ${replayCommand(broken.seed, Option.getOrUndefined(mutation))}`
      return yield* new Incomplete({ message: sentence })
    }
  })
).pipe(
  Command.withDescription(
    "Whole runs of the handlers on a model of AWS, in which things go wrong, each drawn from a seed"
  ),
  Command.withExamples([
    { command: "npm run simulate", description: "The seeds 1 to 100" },
    { command: "npm run simulate -- --from 101 --seeds 1000", description: "A thousand more" },
    { command: "npm run simulate -- --seed 42 --history", description: "One story, with all that happens" }
  ])
)

export const command = runCommand(script)
