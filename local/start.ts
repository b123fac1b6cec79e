import { runAsMain } from "../cli/runAsMain.ts"
import { runCommand } from "../cli/runCommand.ts"
import { startCommand } from "./run/start.ts"

runAsMain(runCommand(startCommand))
