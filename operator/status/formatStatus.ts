import { type Column, formatTable, pluralize } from "../../cli/output.ts"
import { visible } from "../../cli/visible.ts"
import type { RunDate } from "../../domain/RunDate.ts"
import type { DeadLetter } from "../dlq/DeadLetter.ts"
import type { MovieStatus } from "./MovieStatus.ts"
import type { Loaded, RunEnd } from "./RunEnd.ts"

/** The document of `status --json`. */
export interface RunStatus {
  readonly stack: string
  readonly schedulePaused: boolean
  readonly runDate: RunDate
  /** Movies of the roster. */
  readonly total: number
  readonly end: RunEnd
  /** In order of rank. */
  readonly movies: ReadonlyArray<MovieStatus>
  /** Dead letters that neither a movie nor `end` reports: of other runs, of no known run, or left over from this one. */
  readonly alsoDead: ReadonlyArray<DeadLetter>
}

const columns: ReadonlyArray<Column<MovieStatus>> = [
  { head: "#", align: "right", cell: ({ rank }) => rank },
  { head: "Movie", breaks: true, cell: ({ title }) => title },
  { head: "State", cell: ({ state }) => state },
  { head: "Attempts", align: "right", cell: ({ attempts }) => attempts },
  { head: "Next attempt", cell: ({ nextAttemptAt }) => nextAttemptAt?.replace(/\.\d+Z$/, "Z") },
  { head: "Where", cell: ({ where }) => where.replace(/run_date=.*/, "…") },
  { head: "Cause", breaks: true, cell: ({ cause }) => cause }
]

/** `flags` select the stack in the commands that the text recommends. */
export const formatStatus =
  (status: RunStatus, flags: string) =>
  (width: number): string => {
    const { stack, runDate, movies, alsoDead, schedulePaused } = status
    return [
      `Run ${runDate} (${stack})`,
      ...(schedulePaused ? [`The schedule is paused: no run starts until npm run etl -- resume ${flags}`] : []),
      ...(movies.length > 0 ? [formatTable(columns, movies, width)] : []),
      ...[
        ...formatEnd(status, flags),
        ...alsoDead.flatMap(({ queue, about, runDate: of, cause }) => [
          `Other dead letter in ${queue}${of === undefined ? "" : `, run ${of}`}: ${about}: ${cause}`,
          `  ${nextStep(`dlq redrive ${queue}`, flags)}`
        ])
      ].map(visible)
    ].join("\n")
  }

const nextStep = (command: string, flags: string) => `Once the cause is resolved: npm run etl -- ${command} ${flags}`

const formatLoaded = ({ csvKey, tableItems }: Loaded) => `${csvKey}, ${pluralize(tableItems, "row")} in the table.`

const formatEnd = ({ end, movies }: RunStatus, flags: string): ReadonlyArray<string> => {
  const redrivable = movies.filter(({ state, messageId }) => state === "gap" && messageId !== undefined).length
  const redriveMovies = nextStep("dlq redrive movies", flags)
  if (end.state === "unfinished") {
    const isListed = end.waitsFor.some(({ queue }) => queue === "movies")
    const { published } = end
    return [
      published === undefined ? "Unfinished. Waiting for:" : `Published: ${formatLoaded(published)} Waiting for:`,
      ...end.waitsFor.flatMap(({ what, why, command }) => [
        `  ${what}: ${why}`,
        ...(command === undefined ? [] : [`    ${nextStep(command, flags)}`])
      ]),
      ...(redrivable === 0 || isListed
        ? []
        : [`Also, ${pluralize(redrivable, "gap")} can be redriven.`, `  ${redriveMovies}`])
    ]
  }
  const state = end.state === "complete" ? "Complete" : `Complete with ${pluralize(end.gaps, "gap")}`
  return [
    `${state}: ${formatLoaded(end)}`,
    ...(redrivable > 0 ? [`  ${redriveMovies}`] : []),
    ...(end.state === "complete with gaps" && end.gaps > redrivable
      ? ["  Gaps without a dead letter: run the date again once the cause is resolved."]
      : [])
  ]
}

/** Why the status command exits with 2; undefined where everything is complete. `deadLetters`: the others that count. */
export const incompleteReason = (
  { runDate, end, total }: RunStatus,
  deadLetters: ReadonlyArray<DeadLetter>
): string | undefined => {
  switch (end.state) {
    case "unfinished":
      return `Run ${runDate} is not complete: waiting for ${end.waitsFor.map(({ what }) => what).join(", ")}.`
    case "complete with gaps":
      return `Run ${runDate} is not complete: ${end.gaps} of ${pluralize(total, "movie")} are gaps.`
    case "complete": {
      const count = pluralize(deadLetters.length, "dead letter")
      return deadLetters.length === 0 ? undefined : `Run ${runDate} is complete, but there is ${count} to inspect.`
    }
  }
}
