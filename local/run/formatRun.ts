import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { formatDayTable } from "../../cli/dayTable.ts"
import { pluralize } from "../../cli/output.ts"
import { colored } from "../../cli/visible.ts"
import type { Gap } from "../../domain/MovieOutcome.ts"
import type { RunResult } from "./RunResult.ts"
import type { RunSummary } from "./RunSummary.ts"

/** The end of a run: the day's table, the gaps and pending movies, unused grants, and where the files are. `width`: see `formatTable`. */
export const formatRun = (summary: RunSummary, { rows, gaps, pending, report }: RunResult, width: number): string => {
  const { complete, total, enriched, runDate, durationMs, out } = summary
  // A run that is not complete leaves grants unused that a complete run needs.
  const unusedGrants = complete ? summary.unusedGrants : []
  return [
    "",
    ...(rows.length > 0 ? [formatDayTable(rows, width)] : []),
    ...[
      ...gaps.map(({ reason, detail, ...movie }) => `${formatGap(movie)}: ${reason}: ${detail}`),
      ...pending.map(({ reason, ...movie }) => `pending: ${formatMovie(movie)}: ${reason}`),
      ...unusedGrants.map(
        ({ role, action, resource }) => `unused grant: ${role} may call ${action} on ${resource}, but the run did not`
      )
    ].map((line) => colored("yellow", `  ${line}`)),
    ...(total === 0
      ? []
      : ["", `${enriched} of ${total} movies of ${runDate} enriched in ${(durationMs / 1000).toFixed(1)} s.`]),
    ...(summary.csvKey === null
      ? [`Logs: ${out}/logs. What an earlier run of ${runDate} exported to ${out} is unchanged.`]
      : [...reportLine(report, out), `Files: ${out}/s3, ${out}/dynamodb, ${out}/logs`])
  ].join("\n")
}

/** As a URL, which terminals open. */
const reportLine = (report: RunResult["report"], out: string): ReadonlyArray<string> =>
  report === undefined ? [] : [`Report: ${pathToFileURL(join(out, report.path)).href}`]

const formatMovie = ({ rank, title, imdbId }: Pick<Gap, "rank" | "title" | "imdbId">) => `#${rank} ${title} (${imdbId})`

/** A gap without its reason. */
export const formatGap = (gap: Pick<Gap, "rank" | "title" | "imdbId" | "nextAttemptAt">): string =>
  `${gap.nextAttemptAt === undefined ? "gap" : "provisional gap"}: ${formatMovie(gap)}`

/** Why the run is not complete, in one sentence: what, how many, the first of each, and where the logs are. */
export const explainIncomplete = (summary: RunSummary, { gaps, pending }: RunResult): string => {
  const { failures, deadLetters, denied, tableItems, enriched, runDate, out } = summary
  const [failure] = failures
  const [gap] = gaps
  const [denial] = denied
  const [waiting] = pending
  const isExportedOnly = gaps.length + failures.length + pending.length === 0 && tableItems < enriched
  const reasons = [
    failure && `${failure.function} failed: ${failure.reason}: ${failure.detail.replace(/\.$/, "")}`,
    gap && `${pluralize(gaps.length, "gap")}, the first is ${gap.imdbId} (${gap.reason}: ${gap.detail})`,
    denial && `${pluralize(denied.length, "denied call")}, the first: ${denial.message}`,
    ...Object.entries(deadLetters).map(([queue, messages]) => messages > 0 && `${messages} in ${queue}`),
    isExportedOnly && `${tableItems} of ${enriched} movies are in the table`,
    waiting && `${pending.length} pending, the first is ${waiting.imdbId} (${waiting.reason})`
  ]
  return `The run of ${runDate} is not complete: ${reasons.filter(Boolean).join("; ")}. Logs: ${out}/logs.`
}
