import { assert, it } from "@effect/vitest"
import * as TerminalCapabilities from "effect/cli/TerminalCapabilities"
import * as Effect from "effect/Effect"
import { devSession } from "../../../local/run/devSession.ts"
import { recordRun } from "../../../local/run/runPipeline.ts"
import { runInProcess } from "../../support/runInProcess.ts"
import { temporaryDirectory } from "../../support/temporaryDirectory.ts"
import { useSharedStack } from "../sharedStack.ts"

const { current } = useSharedStack()

it("shows the keys and log lines, runs the pipeline again by r and ends by q", async () => {
  const { stack, newRunDate } = current()
  const runDate = newRunDate()
  const session = devSession({
    ...{ stack, recorder: recordRun(stack), request: { runDate, top: 1 } },
    root: await temporaryDirectory()
  }).pipe(Effect.scoped, Effect.provide(TerminalCapabilities.layer), Effect.as(0))
  const { stdout } = await runInProcess(session, { width: 80, keys: ["?", "r", "q"] })
  const lines = stdout.split("\n")
  assert.strictEqual(lines.filter((line) => line.startsWith("r runs the pipeline again")).length, 2)
  assert.match(stdout, /INFO {2}EnrichAndStoreMovie .*tt0111161 +Movie enriched/)
  assert.match(lines.at(-1) ?? "", new RegExp(`Run ${runDate}: 1 of 1 enriched, 0 gaps, 0 pending, \\d+\\.\\d s$`))
})
