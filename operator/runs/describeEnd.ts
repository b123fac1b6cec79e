import { pluralize } from "../../cli/output.ts"
import type { RunDate } from "../../domain/RunDate.ts"
import type { RunEnd } from "../status/RunEnd.ts"

/** How a run ended, in one sentence. */
export const describeEnd = (runDate: RunDate, end: RunEnd): string => {
  if (end.state === "unfinished") {
    return `The run of ${runDate} waits for ${end.waitsFor.map(({ what, why }) => `${what}: ${why}`).join("; ")}.`
  }
  const gaps = end.state === "complete" ? "" : ` with ${pluralize(end.gaps, "gap")}`
  return `The run of ${runDate} is complete${gaps}: ${end.csvKey}, ${pluralize(end.tableItems, "row")} in the table.`
}
