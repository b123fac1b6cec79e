import * as Formatter from "effect/Formatter"
import * as Logger from "effect/Logger"

// The annotations lie beside the message and not below a key: CloudWatch's filters and queries then name them as they are.
export const jsonLine = Logger.map(Logger.formatStructured, ({ timestamp, level, message, annotations, cause }) =>
  Formatter.formatJson({ timestamp, level, message, ...annotations, cause })
)

// Past console.log: with the JSON log format, Lambda's wraps a text in a JSON of its own, and no filter looks inside.
const toStdout = Logger.map(jsonLine, (line) => {
  process.stdout.write(`${line}\n`)
})

/** One line of JSON an entry, on stdout. A Redacted in it is written as `<redacted>`. */
export const logging = Logger.layer([toStdout])
