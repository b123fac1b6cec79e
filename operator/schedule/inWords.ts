import cronstrue from "cronstrue"

/** An expression of EventBridge Scheduler in words. `cron(0 6 * * ? *)`: At 06:00, every day. */
export const inWords = (expression: string): string => {
  const [, type, fields = ""] = /^(cron|rate|at)\((.*)\)$/.exec(expression) ?? []
  if (type === "rate") return `Every ${fields.replace(/^1 /, "")}`
  if (type === "at") return `Once, at ${fields.replace("T", " ")}`
  if (type === undefined) return expression
  return cronstrue.toString(fields, {
    // EventBridge's Sunday is 1.
    dayOfWeekStartIndexZero: false,
    use24HourTimeFormat: true,
    throwExceptionOnParseError: false,
    verbose: true
  })
}
