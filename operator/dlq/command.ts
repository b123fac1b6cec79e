import * as Command from "effect/cli/Command"
import { deleteCommand } from "./deleteCommand.ts"
import { list } from "./list.ts"
import { redriveCommand } from "./redriveCommand.ts"
import { show } from "./show.ts"

export const dlq = Command.make("dlq").pipe(
  Command.withDescription("The dead-letter queues"),
  Command.withSubcommands([list, show, redriveCommand, deleteCommand])
)
