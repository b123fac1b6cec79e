import * as Formatter from "effect/Formatter"
import * as Logger from "effect/Logger"

// The annotations lie beside the message and not below a key: CloudWatch's filters and queries then name them as they are.
const oneLine = Logger.map(Logger.formatStructured, ({ timestamp, level, message, annotations, cause }) =>
  Formatter.formatJson({ timestamp, level, message, ...annotations, cause })
)

/** One line of JSON an entry, on stdout. A Redacted in it is written as `<redacted>`. */
export const logging = Logger.layer([Logger.withConsoleLog(oneLine)])
