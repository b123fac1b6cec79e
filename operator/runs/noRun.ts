import type { RunDate } from "../../domain/RunDate.ts"

/** For a date that has neither a roster nor a dead letter of its event. */
export const noRun = (runDate: RunDate, flags: string): string =>
  `There is no run of ${runDate}: start it with npm run etl -- run --date ${runDate} ${flags}`
