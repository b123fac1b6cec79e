import * as Formatter from "effect/Formatter"
import * as Logger from "effect/Logger"

// Annotations are top-level fields of the line, so CloudWatch's filters and queries use their plain names.
export const jsonLine = Logger.map(Logger.formatStructured, ({ timestamp, level, message, annotations, cause }) =>
  Formatter.formatJson({ timestamp, level, message, ...annotations, cause })
)

// Not console.log: with the JSON log format, Lambda wraps its text into a JSON string, which no filter looks into.
const toStdout = Logger.map(jsonLine, (line) => {
  process.stdout.write(`${line}\n`)
})

/** One line of JSON per log entry, on stdout. A Redacted value is written as `<redacted>`. */
export const logging = Logger.layer([toStdout])
