import { runAsMain } from "../../cli/runCommand.ts"
import { command } from "./command.ts"

runAsMain(command)
