import { join } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import * as Console from "effect/Console"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as ChildProcess from "effect/process/ChildProcess"
import { ChildProcessSpawner } from "effect/process/ChildProcessSpawner"
import { CannotRun, Incomplete } from "../../cli/CommandErrors.ts"
import { printResult } from "../../cli/output.ts"
import type { RunDate } from "../../domain/RunDate.ts"
import { whenPresent } from "../../services/documents.ts"
import { ReportStore } from "../../services/ReportStore.ts"
import { dateArgument, selectedDate } from "../dateArgument.ts"
import { etl, provideStack } from "../etl.ts"
import { Stack } from "../Stack.ts"

const folder = fileURLToPath(new URL("../../.local/reports/", import.meta.url))

export const report = Command.make(
  "report",
  {
    date: dateArgument,
    out: Flag.String("out").pipe(
      Flag.withDescription("The file to write; default: .local/reports/DATE.html"),
      Flag.optional
    ),
    rebuild: Flag.Boolean("rebuild").pipe(
      Flag.withDescription("Make the report again from the run's manifest and the CSVs, without storing it"),
      Flag.withDefault(false)
    ),
    open: Flag.Boolean("open").pipe(Flag.withDescription("Open it in the browser"), Flag.withDefault(false))
  },
  Effect.fnUntraced(function* ({ date, out, rebuild, open }) {
    const { json } = yield* etl
    const { name: stack } = yield* Stack
    const { readReport } = yield* ReportStore
    const runDate = yield* selectedDate(date)
    const stored = rebuild ? Option.none() : yield* whenPresent(readReport(runDate))
    const html = Option.isSome(stored) ? stored.value : yield* rebuiltPage(runDate)
    const file = Option.getOrElse(out, () => join(folder, `${runDate}.html`))
    yield* write(file, html)
    const document = { stack, runDate, file, source: Option.isSome(stored) ? "stored" : "rebuilt" }
    const note = Option.isSome(stored) || rebuild ? "" : " No report is stored: this one was made from the CSV."
    yield* printResult(json, document, () => `Report of ${runDate} (${stack}): ${pathToFileURL(file).href}${note}`)
    if (open) yield* openInBrowser(file)
  }, provideStack)
).pipe(
  Command.withDescription("Write the report of a day to a file, and open it"),
  Command.withExamples([
    { command: "npm run etl -- report --stack dev --open", description: "The report of the latest run" },
    { command: "npm run etl -- report 2026-11-21 --local --out report.html", description: "That of a day, in a file" }
  ])
)

const rebuiltPage = Effect.fnUntraced(function* (runDate: RunDate) {
  const { flags } = yield* Stack
  // The charts take a moment to load, and no other command needs them.
  const { rebuildReport } = yield* Effect.promise(() => import("./rebuildReport.ts"))
  return yield* Effect.catchTag(rebuildReport(runDate), "ObjectMissing", ({ message }) => {
    const next = `npm run etl -- status ${runDate} ${flags}`
    return new Incomplete({
      message: `There is no report and no exported run of ${runDate}: ${message} To see why: ${next}`
    })
  })
})

const write = Effect.fnUntraced(function* (file: string, html: string) {
  const files = yield* FileSystem.FileSystem
  yield* Effect.andThen(
    files.makeDirectory(join(file, ".."), { recursive: true }),
    files.writeFileString(file, html)
  ).pipe(
    Effect.mapError(
      ({ message }) => new CannotRun({ message: `${file} cannot be written: ${message}. Give a file with --out.` })
    )
  )
})

const commands: Partial<Record<NodeJS.Platform, string>> = { darwin: "open", win32: "explorer" }

/** A machine without a browser is no failure: the path is printed. */
const openInBrowser = Effect.fnUntraced(function* (file: string) {
  const spawner = yield* ChildProcessSpawner
  const command = commands[process.platform] ?? "xdg-open"
  yield* spawner
    .string(ChildProcess.make(command, [file], { stderr: "ignore" }))
    .pipe(Effect.catch(() => Console.error(`${command} cannot open the report: open the file above in a browser.`)))
})
