import { runAsMain } from "../cli/runAsMain.ts"
import { runCommand } from "../cli/runCommand.ts"
import { devCommand } from "./run/dev.ts"

runAsMain(runCommand(devCommand))
