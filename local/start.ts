import { command } from "./run/command.ts"
import { start } from "./run/start.ts"

// At once: by itself Node, after its workers were cut off, now and then waits for ever on a handle that never closes.
process.exit(await command(start))
