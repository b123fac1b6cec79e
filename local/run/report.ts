import { styleText } from "node:util"
import type { RunState } from "./RunState.ts"
import type { Summary } from "./summary.ts"
import { dayTable, type Screen } from "./table.ts"

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`

/** The end of a run for a person: the day's table, what is missing and why, where the files are. */
export const report = (summary: Summary, { rows, gaps }: RunState, terminal: Screen): string => {
  // A run that came to no end leaves most grants unused, which says nothing of them.
  const unused = summary.complete ? summary.unusedGrants : []
  return [
    "",
    ...(rows.length > 0 ? [dayTable(rows, terminal)] : []),
    ...gaps.map(({ rank, title, imdbId, reason, detail }) =>
      styleText("yellow", `  gap: #${rank} ${title} (${imdbId}): ${reason}: ${detail}`)
    ),
    ...unused.map(({ role, action, resource }) =>
      styleText("yellow", `  unused grant: ${role} may ${action} on ${resource}, and nobody did`)
    ),
    ...(summary.total === 0
      ? []
      : [
          "",
          `${summary.enriched} of ${summary.total} movies of ${summary.runDate} enriched in ${seconds(summary.durationMs)}.`
        ]),
    `Files: ${summary.out}/s3, ${summary.out}/dynamodb, ${summary.out}/logs`
  ].join("\n")
}

/** Why the run did not end complete: one sentence that names what, how many and where to look. */
export const whyIncomplete = (summary: Summary, { gaps, missing }: RunState): string => {
  const { failures, deadLetters, denied } = summary
  const [gap] = gaps
  const unloaded = gaps.length + failures.length + missing.length === 0 && summary.tableItems < summary.enriched
  const dead = Object.entries(deadLetters).filter(([, count]) => count > 0)
  const reasons = [
    ...failures
      .slice(0, 1)
      .map(({ function: name, reason, detail }) => `${name} failed: ${reason}: ${detail.replace(/\.$/, "")}`),
    ...(gap === undefined
      ? []
      : [
          `${gaps.length} ${gaps.length === 1 ? "gap" : "gaps"}, the first ${gap.imdbId} (${gap.reason}: ${gap.detail})`
        ]),
    ...denied.slice(0, 1).map(({ message }) => `${denied.length} denied, the first: ${message}`),
    ...dead.map(([queue, count]) => `${count} in ${queue}`),
    ...(unloaded ? [`${summary.tableItems} of ${summary.enriched} movies are in the table`] : []),
    ...(missing.length > 0 ? [`${missing.length} of the roster with no end, the first ${missing[0]}`] : [])
  ]
  return `The run of ${summary.runDate} is not complete: ${reasons.join("; ")}. The logs are in ${summary.out}/logs.`
}
