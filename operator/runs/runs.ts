import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { type Column, formatTable, pluralize, printResult } from "../../cli/output.ts"
import { withSpinner } from "../../cli/spinner.ts"
import { colored, type Style } from "../../cli/visible.ts"
import { etl, provideStack } from "../etl.ts"
import { Stack } from "../Stack.ts"
import { type DayState, type RunDay, readRunGrid, recentDays } from "./RunGrid.ts"

const marks: Readonly<Record<DayState, { readonly mark: string; readonly color: Style }>> = {
  complete: { mark: "✓", color: "green" },
  gaps: { mark: "✗", color: "red" },
  provisional: { mark: "~", color: "yellow" },
  pending: { mark: "…", color: "yellow" },
  unfinished: { mark: "?", color: "red" },
  none: { mark: "·", color: "dim" }
}

const columns: ReadonlyArray<Column<RunDay>> = [
  { head: "Run", cell: ({ runDate }) => runDate },
  { head: "State", cell: ({ state }) => state },
  {
    head: "Movies",
    align: "right",
    cell: ({ enriched, total }) => (enriched === undefined ? undefined : `${enriched} of ${total}`)
  },
  { head: "Gaps", align: "right", cell: ({ gaps }) => gaps || undefined },
  { head: "Pending", align: "right", cell: ({ pending }) => pending || undefined },
  { head: "Took", align: "right", cell: ({ durationMs }) => (durationMs === undefined ? undefined : took(durationMs)) }
]

const took = (ms: number): string => Duration.format(Duration.seconds(Math.max(Math.round(ms / 1000), 1)))

const weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
const weekdayOf = ({ runDate }: RunDay) => (new Date(`${runDate}T00:00:00Z`).getUTCDay() + 6) % 7

/** A calendar: one line a week, and one mark a day. */
const formatCalendar = (days: ReadonlyArray<RunDay>): string => {
  const cell = ({ runDate, state }: RunDay) => `${runDate.slice(8)} ${colored(marks[state].color, marks[state].mark)}`
  const weeks: Array<Array<string>> = []
  for (const day of days) {
    if (weeks.length === 0 || weekdayOf(day) === 0) {
      weeks.push([day.runDate.slice(0, 7), ...Array.from({ length: weekdayOf(day) }, () => "    ")])
    }
    weeks.at(-1)?.push(cell(day))
  }
  const states = [...new Set(days.map(({ state }) => state))]
  return [
    ["       ", ...weekdays.map((name) => `${name} `)].join(" "),
    ...weeks.map((cells) => cells.join(" ")),
    states.map((state) => `${colored(marks[state].color, marks[state].mark)} ${state}`).join("  ")
  ].join("\n")
}

const format = (stack: string, days: ReadonlyArray<RunDay>) => (width: number) => {
  const remarkable = days.filter(({ state }) => state !== "complete" && state !== "none")
  const complete = days.filter(({ state }) => state === "complete")
  const longest = Math.max(...complete.map(({ durationMs = 0 }) => durationMs))
  return [
    `Runs of ${pluralize(days.length, "day")} (${stack})`,
    formatCalendar(days),
    ...(remarkable.length > 0 ? [formatTable(columns, remarkable, width)] : []),
    ...(complete.length > 0
      ? [`${pluralize(complete.length, "complete run")}, published within ${took(longest)}.`]
      : []),
    ...(complete.length + remarkable.length === 0 ? ["There is no run in these days."] : [])
  ].join("\n")
}

export const runs = Command.make(
  "runs",
  {
    days: Flag.Int("days").pipe(
      Flag.withDescription("How many days, today included; default: 30"),
      Flag.withSchema(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 400 }))),
      Flag.withDefault(30)
    )
  },
  Effect.fnUntraced(function* ({ days }) {
    const { json } = yield* etl
    const { name: stack } = yield* Stack
    const grid = yield* withSpinner("Reading the runs")(Effect.flatMap(recentDays(days), readRunGrid))
    yield* printResult(json, { stack, days: grid }, format(stack, grid))
  }, provideStack)
).pipe(
  Command.withDescription("The runs of the last days: complete, with gaps, provisional, pending, or none"),
  Command.withExamples([{ command: "npm run etl -- runs --stack dev", description: "The last 30 days" }])
)
