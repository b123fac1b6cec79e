import { command } from "./command.ts"
import { runAsMain } from "./view/runAsMain.ts"

runAsMain(command)
