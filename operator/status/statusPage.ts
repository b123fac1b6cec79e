import { type Column, formatTable } from "../../cli/table.ts"
import type { RunDate } from "../../domain/RunDate.ts"
import type { DeadLetter } from "../dlq/DeadLetter.ts"
import { deadLetters, type MovieStatus } from "./MovieStatus.ts"
import { howMany, type RunEnd } from "./RunEnd.ts"

export interface RunStatus {
  /** As a person calls it. */
  readonly stack: string
  readonly runDate: RunDate
  /** Movies of the roster. */
  readonly total: number
  readonly end: RunEnd
  /** In order of rank. */
  readonly movies: ReadonlyArray<MovieStatus>
  /** What is dead besides: of this run, but holding nothing of it back, of others, or of nobody knows which. */
  readonly alsoDead: ReadonlyArray<DeadLetter>
}

const columns: ReadonlyArray<Column<MovieStatus>> = [
  { head: "#", align: "right", cell: ({ rank }) => rank },
  { head: "Movie", breaks: true, cell: ({ title }) => title },
  { head: "State", cell: ({ state }) => state },
  { head: "Attempts", align: "right", cell: ({ attempts }) => attempts },
  { head: "Where", cell: ({ where }) => where.replace(/run_date=.*/, "…") },
  { head: "Cause", breaks: true, cell: ({ cause }) => cause }
]

const onceMended = (command: string, flags: string) => `Once the cause is gone: npm run etl -- ${command} ${flags}`

const ending = ({ end, movies }: RunStatus, flags: string): ReadonlyArray<string> => {
  const redrivable = movies.filter(({ state, where }) => state === "gap" && where === deadLetters).length
  const redriveMovies = "dlq redrive movies"
  if (end.state === "unfinished") {
    const isSaid = end.waitsFor.some(({ command }) => command === redriveMovies)
    return [
      "Unfinished. It waits for",
      ...end.waitsFor.flatMap(({ what, why, command }) => [
        `  ${what}: ${why}`,
        ...(command === undefined ? [] : [`    ${onceMended(command, flags)}`])
      ]),
      ...(redrivable === 0 || isSaid
        ? []
        : [`Besides, ${howMany(redrivable, "gap")} can be redriven.`, `  ${onceMended(redriveMovies, flags)}`])
    ]
  }
  const how = end.state === "complete" ? "Complete" : `Complete with ${howMany(end.gaps, "gap")}`
  return [
    `${how}: ${end.csvKey}, and ${howMany(end.tableItems, "row")} in the table.`,
    ...(redrivable > 0 ? [`  ${onceMended(redriveMovies, flags)}`] : []),
    ...(end.state === "complete with gaps" && end.gaps > redrivable
      ? ["  Gaps without a dead letter: run the date again once their cause is gone."]
      : [])
  ]
}

/** What is not in order, in one sentence; undefined where all is. `alsoDead`: what of that counts. */
export const whyUnfinished = (
  { runDate, end, total }: RunStatus,
  alsoDead: ReadonlyArray<DeadLetter>
): string | undefined => {
  const dead = howMany(alsoDead.length, "dead letter")
  switch (end.state) {
    case "unfinished":
      return `The run of ${runDate} is not complete: it waits for ${end.waitsFor.map(({ what }) => what).join(", ")}.`
    case "complete with gaps":
      return `The run of ${runDate} is not complete: ${end.gaps} of ${howMany(total, "movie")} are gaps.`
    case "complete":
      return alsoDead.length === 0 ? undefined : `The run of ${runDate} is complete, but ${dead} should be looked at.`
  }
}

/** The status for a person, on a terminal of so many columns; `flags` are those that name the stack. */
export const statusPage =
  (status: RunStatus, flags: string) =>
  (width: number): string => {
    const { stack, runDate, movies, alsoDead } = status
    return [
      `The run of ${runDate}, ${stack}`,
      ...(movies.length > 0 ? [formatTable(columns, movies, width)] : []),
      ...ending(status, flags),
      ...alsoDead.flatMap(({ queue, about, runDate: of, cause }) => [
        `Also dead: ${about}, in ${queue}${of === undefined ? "" : `, of the run of ${of}`}: ${cause}`,
        `  ${onceMended(`dlq redrive ${queue}`, flags)}`
      ])
    ].join("\n")
  }
