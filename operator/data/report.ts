import { join, resolve } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import * as Arr from "effect/Array"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import { CannotRun, Incomplete } from "../../cli/CommandErrors.ts"
import { printResult } from "../../cli/output.ts"
import type { RunDate } from "../../domain/RunDate.ts"
import { whenPresent } from "../../services/documents.ts"
import { ReportStore } from "../../services/ReportStore.ts"
import { RunStore } from "../../services/RunStore.ts"
import { dateArgument, selectedDate } from "../dateArgument.ts"
import { etl, provideStack } from "../etl.ts"
import { Stack } from "../Stack.ts"
import { openInBrowser } from "./openInBrowser.ts"

const folder = fileURLToPath(new URL("../../.local/reports/", import.meta.url))

export const report = Command.make(
  "report",
  {
    date: Argument.withDescription(
      dateArgument,
      "The run date, such as 2026-11-21; default: the latest run with a CSV"
    ),
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
    const exported = yield* RunStore.use(({ listCsvs }) => listCsvs)
    // A run that has just started has no report yet.
    const newest = Arr.last(exported.map(({ runDate }) => runDate))
    const runDate = yield* selectedDate(Option.orElse(date, () => newest))
    const stored = rebuild ? Option.none() : yield* whenPresent(readReport(runDate))
    const html = Option.isSome(stored) ? stored.value : yield* rebuiltPage(runDate)
    const file = resolve(Option.getOrElse(out, () => join(folder, `${runDate}.html`)))
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
  const reasons = ["ObjectMissing", "ChecksumDiffers", "CsvInvalid", "DocumentInvalid"] as const
  return yield* Effect.catchTag(rebuildReport(runDate), reasons, ({ message }) => {
    const next = `npm run etl -- status ${runDate} ${flags}`
    return new Incomplete({ message: `The report of ${runDate} cannot be made: ${message} To see why: ${next}` })
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
