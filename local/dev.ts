import { command } from "./run/command.ts"
import { dev } from "./run/dev.ts"

process.exitCode = await command(dev)
