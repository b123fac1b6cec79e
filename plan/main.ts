import { fileURLToPath } from "node:url"
import { runAsMain } from "../cli/runAsMain.ts"
import { planCommand } from "./command.ts"

runAsMain(planCommand(fileURLToPath(new URL("..", import.meta.url))))
