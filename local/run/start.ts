import * as Console from "effect/Console"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import { Incomplete } from "../../cli/CommandErrors.ts"
import { jsonFlag, printResult } from "../../cli/output.ts"
import { explainIncomplete, formatRun } from "./formatRun.ts"
import { runOnCloud, startCloudForRun } from "./localRun.ts"
import { lineProgress, noProgress } from "./progress.ts"
import { anyPortFlag, runFlags, toRunOptions } from "./runFlags.ts"

/** One run of the whole pipeline on a new local cloud. Fails with Incomplete unless every movie reached the table. */
export const startCommand = Command.make(
  "npm start --",
  { ...runFlags, port: anyPortFlag, json: jsonFlag },
  Effect.fnUntraced(function* ({ json, ...flags }) {
    const options = yield* toRunOptions(flags)
    const progress = json ? noProgress : yield* lineProgress
    const cloud = yield* startCloudForRun(options, progress)
    const { summary, result, warnings } = yield* runOnCloud(cloud)
    yield* printResult(json, summary, (width) => formatRun(summary, result, width))
    for (const sentence of warnings) yield* Console.error(sentence)
    if (!summary.complete) return yield* new Incomplete({ message: explainIncomplete(summary, result) })
  }, Effect.scoped)
).pipe(
  Command.withDescription(
    "Runs the whole pipeline once on this machine, on a local cloud, and writes to --out what AWS would hold. " +
      "Exit code 0: complete. 2: ended with gaps, pending movies, dead letters or a failed stage. 1: could not run."
  ),
  Command.withExamples([
    { command: "npm start", description: "The ten best movies of the sample list" },
    { command: "npm start -- --top 25 --run-date 2026-01-01", description: "More movies, another date" },
    { command: "npm start --silent -- --json", description: "One JSON document, for scripts" },
    {
      command: "OMDB_API_KEY=KEY npm start -- --omdb-url https://www.omdbapi.com",
      description: "OMDb itself in place of the stand-in"
    }
  ])
)
