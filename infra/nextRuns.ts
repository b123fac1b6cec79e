import * as DateTime from "effect/DateTime"
import * as Result from "effect/Result"
import { parseCron } from "./cron.ts"
import { day, exists, localTime } from "./scheduledRuns.ts"

/** The next times of a schedule; empty for `rate(…)`, which counts from an instant that only EventBridge has. */
export const nextRuns = (
  expression: string,
  zone: DateTime.TimeZone.Named,
  now: DateTime.Utc,
  count: number
): ReadonlyArray<DateTime.Zoned> => {
  const [, type, fields = ""] = /^(cron|at)\((.*)\)$/.exec(expression) ?? []
  const isLater = (time: DateTime.Zoned) => DateTime.isGreaterThan(time, now)
  if (type === "at") return [localTime(Date.parse(`${fields}Z`), zone)].filter(isLater)
  const cron = type === "cron" ? parseCron(fields) : Result.fail(undefined)
  if (Result.isFailure(cron)) return []
  const { firesOn, times } = cron.success
  const today = Date.parse(DateTime.formatIsoDate(DateTime.setZone(now, zone)))
  const found: Array<DateTime.Zoned> = []
  for (let date = today; found.length < count && date < today + 1_827 * day; date += day) {
    if (!firesOn(new Date(date))) continue
    const ofDate = times.map((minutes) => date + minutes * 60_000).filter((local) => exists(local, zone))
    found.push(...ofDate.map((local) => localTime(local, zone)).filter(isLater))
  }
  return found.slice(0, count)
}
