import { command } from "./run/command.ts"
import { dev } from "./run/dev.ts"

// At once: see start.ts.
process.exit(await command(dev))
