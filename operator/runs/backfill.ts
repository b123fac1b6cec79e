import * as Console from "effect/Console"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as SchemaGetter from "effect/SchemaGetter"
import { CannotRun, Incomplete } from "../../cli/CommandErrors.ts"
import { confirm, yesFlag } from "../../cli/confirm.ts"
import { pluralize, printResult } from "../../cli/output.ts"
import { withSpinner } from "../../cli/spinner.ts"
import { RunDate } from "../../domain/RunDate.ts"
import { etl, provideStack } from "../etl.ts"
import { Stack } from "../Stack.ts"
import { topFlag, waitFlag } from "./flags.ts"
import { followRun, type RunState, readRunState } from "./followRun.ts"
import { daysBetween, type RunDay, readRunGrid } from "./RunGrid.ts"
import { callsNeeded } from "./run.ts"
import { startRun } from "./startRun.ts"
import { today } from "./today.ts"

const Range = Schema.String.check(
  Schema.isPattern(/^[^.]+\.\.[^.]+$/, { expected: "two dates such as 2026-11-01..2026-11-21" })
).pipe(
  Schema.decodeTo(Schema.Tuple([RunDate, RunDate]), {
    decode: SchemaGetter.transform((text: string) => {
      const [from = "", to = ""] = text.split("..")
      return [from, to] as const
    }),
    encode: SchemaGetter.transform(([from, to]: readonly [string, string]) => `${from}..${to}`)
  })
)

/** Days that a range may have: a mistyped year is refused. */
const maxDays = 400

interface Plan {
  /** The days to run, the oldest first, with the calls to OMDb that each needs. */
  readonly days: ReadonlyArray<{ readonly runDate: RunDate; readonly calls: number }>
  /** The days after those, for which the quota is not enough. */
  readonly rest: ReadonlyArray<RunDate>
  readonly published: number
}

const isPublished = ({ state }: RunDay): boolean => state !== "none" && state !== "unfinished"

const makePlan = Effect.fnUntraced(function* (
  days: ReadonlyArray<RunDay>,
  options: { readonly total: number; readonly quota: number; readonly again: boolean }
) {
  const selected = days.filter((day) => options.again || !isPublished(day))
  const counted = yield* Effect.forEach(selected, ({ runDate }) =>
    Effect.map(callsNeeded(runDate, options.total, false), (calls) => ({ runDate, calls }))
  )
  let left = options.quota
  const fits = counted.findIndex(({ calls }) => {
    left -= calls
    return left < 0
  })
  const [first] = counted
  if (fits === 0 && first !== undefined) {
    const needs = `${first.runDate} needs about ${pluralize(first.calls, "call")} to OMDb`
    return yield* new CannotRun({
      message: `${needs}, more than the ${options.quota} of --quota: give a higher --quota or a lower --top.`
    })
  }
  const count = fits < 0 ? counted.length : fits
  const rest = counted.slice(count).map(({ runDate }) => runDate)
  return { days: counted.slice(0, count), rest, published: days.length - selected.length } satisfies Plan
})

/** Whether OMDb's daily limit stopped the run: every later day of today would meet it too. */
const metQuota = ({ movies }: RunState): boolean =>
  movies.some(({ cause }) => cause?.startsWith("QuotaExhausted") === true)

export const backfill = Command.make(
  "backfill",
  {
    range: Argument.String("FROM..TO").pipe(
      Argument.withDescription("The first and the last run date, such as 2026-11-01..2026-11-21"),
      Argument.withSchema(Range)
    ),
    top: topFlag,
    again: Flag.Boolean("again").pipe(
      Flag.withDescription("Also the days that are published"),
      Flag.withDefault(false)
    ),
    quota: Flag.Int("quota").pipe(
      Flag.withDescription("The calls to OMDb that may be used today; default: the 1,000 of a free key"),
      Flag.withSchema(Schema.Int.check(Schema.isGreaterThan(0))),
      Flag.withDefault(1_000)
    ),
    wait: waitFlag,
    yes: yesFlag
  },
  Effect.fnUntraced(function* ({ range: [from, to], top, again, quota, wait, yes }) {
    const { json } = yield* etl
    const { name: stack, flags, outputs } = yield* Stack
    const days = daysBetween(from, to)
    if (days.length === 0 || days.length > maxDays) {
      const reason = days.length === 0 ? "ends before it begins" : `has ${days.length} days, more than ${maxDays}`
      return yield* new CannotRun({ message: `${from}..${to} ${reason}: give the oldest date first, and fewer days.` })
    }
    if (to > (yield* today)) {
      return yield* new CannotRun({ message: `${to} is in the future: a backfill ends today at the latest.` })
    }
    const total = Option.getOrElse(top, () => outputs.top)
    const plan = yield* withSpinner("Reading the runs")(
      Effect.flatMap(readRunGrid(days), (grid) => makePlan(grid, { total, quota, again }))
    )
    const calls = plan.days.reduce((sum, day) => sum + day.calls, 0)
    const continueWith = (date: RunDate) => {
      const options = [
        ...(again ? ["--again"] : []),
        ...Option.match(top, { onNone: () => [], onSome: (n) => [`--top ${n}`] })
      ]
      return ["npm run etl -- backfill", `${date}..${to}`, ...options, flags].join(" ")
    }
    const skipped = plan.published > 0 ? `, ${plan.published} already published` : ""
    const question = `Run ${pluralize(plan.days.length, "day")} on ${stack} with about ${pluralize(calls, "call")} to OMDb of ${quota} a day${skipped}?`
    const confirmed = plan.days.length > 0 && (yield* confirm(question, { yes, json }))
    if (yes && plan.days.length > 0) yield* Console.error(question.replace(/^Run (.*)\?$/, "Running $1."))

    const ran: Array<{ readonly runDate: RunDate; readonly state: string }> = []
    let next = confirmed ? plan.rest[0] : undefined
    for (const [index, { runDate }] of (confirmed ? plan.days : []).entries()) {
      const before = wait ? yield* readRunState(runDate) : undefined
      yield* startRun({ runDate, ...(Option.isSome(top) && { top: top.value }) })
      if (before === undefined) {
        ran.push({ runDate, state: "started" })
        continue
      }
      const state = yield* followRun(runDate, before)
      ran.push({ runDate, state: state.end.state })
      if (!metQuota(state)) continue
      next = plan.days[index + 1]?.runDate ?? next
      break
    }
    const incomplete = wait ? ran.filter(({ state }) => state !== "complete").length : 0
    yield* printResult(json, { stack, days: ran, published: plan.published, next }, () =>
      [
        plan.days.length + plan.rest.length === 0
          ? `All ${pluralize(days.length, "day")} are published: add --again to run them again.`
          : `${pluralize(ran.length, "day")} ${wait ? "run" : "started"}${skipped}.`,
        ...(next === undefined ? [] : [`OMDb's limit of today allows no more. Tomorrow: ${continueWith(next)}`])
      ].join("\n")
    )
    if (incomplete > 0) {
      const see = `npm run etl -- runs ${flags}`
      return yield* new Incomplete({ message: `${pluralize(incomplete, "day")} not complete: ${see}` })
    }
  }, provideStack)
).pipe(
  Command.withDescription("Run past days, the oldest first, within OMDb's daily limit"),
  Command.withExamples([
    { command: "npm run etl -- backfill 2026-11-01..2026-11-21 --stack dev", description: "The days that are missing" }
  ])
)
