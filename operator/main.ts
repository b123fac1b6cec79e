import * as Command from "effect/cli/Command"
import { runAsMain } from "../cli/runAsMain.ts"
import { runCommand } from "../cli/runCommand.ts"
import { consoleCommand } from "../console/command.ts"
import { movie } from "./data/movie.ts"
import { movies } from "./data/movies.ts"
import { report } from "./data/report.ts"
import { dlq } from "./dlq/command.ts"
import { doctor } from "./doctor/command.ts"
import { etl } from "./etl.ts"
import { logs } from "./logs/command.ts"
import { backfill } from "./runs/backfill.ts"
import { run } from "./runs/run.ts"
import { runs } from "./runs/runs.ts"
import { pause, resume } from "./schedule/command.ts"
import { status } from "./status/command.ts"

export const etlCommand = etl.pipe(
  Command.withSubcommands([
    run,
    backfill,
    runs,
    status,
    logs,
    movies,
    movie,
    report,
    dlq,
    consoleCommand,
    pause,
    resume,
    doctor
  ])
)
export const command = runCommand(etlCommand)

if (import.meta.main) runAsMain(command)
