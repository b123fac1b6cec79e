import { command } from "./command.ts"

// npm passes Ctrl-C on, so it comes twice: the second must not kill what is still tidying up.
const interrupted = new AbortController()
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => interrupted.abort())

process.exitCode = await command(process.argv.slice(2), process, interrupted.signal)
