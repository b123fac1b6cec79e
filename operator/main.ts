import * as Command from "effect/cli/Command"
import { runAsMain } from "../cli/runAsMain.ts"
import { runCommand } from "../cli/runCommand.ts"
import { dlq } from "./dlq/command.ts"
import { etl } from "./etl.ts"
import { pause, resume } from "./schedule/command.ts"
import { status } from "./status/command.ts"

export const command = runCommand(etl.pipe(Command.withSubcommands([status, dlq, pause, resume])))

if (import.meta.main) runAsMain(command)
