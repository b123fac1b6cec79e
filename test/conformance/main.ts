import { runAsMain } from "../../cli/runAsMain.ts"
import { command } from "./command.ts"

runAsMain(command)
