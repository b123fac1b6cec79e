import { runAsMain } from "../../operator/view/runAsMain.ts"
import { command } from "./command.ts"

runAsMain(command)
