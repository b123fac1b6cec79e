import { runAsMain } from "../../cli/runCommand.ts"
import { command } from "./command.ts"

// A terminal that is closed is an end like any other: what was made on an account must not stay there.
process.on("SIGHUP", () => process.kill(process.pid, "SIGTERM"))

runAsMain(command)
