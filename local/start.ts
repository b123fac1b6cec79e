import { command } from "./run/command.ts"
import { start } from "./run/start.ts"

process.exitCode = await command(start)
