import * as Command from "effect/cli/Command"
import { runCommand } from "../cli/runCommand.ts"
import { list } from "./dlq/list.ts"
import { redriveCommand } from "./dlq/redriveCommand.ts"
import { show } from "./dlq/show.ts"
import { etl } from "./etl.ts"
import { status } from "./status/status.ts"

const dlq = Command.make("dlq").pipe(
  Command.withDescription("The dead-letter queues"),
  Command.withSubcommands([list, show, redriveCommand])
)

export const command = runCommand(etl.pipe(Command.withSubcommands([status, dlq])))
