import { mkdir, writeFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import { assert, it } from "@effect/vitest"
import { csvKey, manifestKey, reportKey } from "../../../domain/keys.ts"
import { RunDate } from "../../../domain/RunDate.ts"
import { restoreEarlierRuns } from "../../../local/run/restoreEarlierRuns.ts"
import { temporaryDirectory } from "../../support/temporaryDirectory.ts"
import { useSharedStack } from "../sharedStack.ts"

const { current } = useSharedStack()

it("lets a run be compared with the earlier days of its folder, and starts nothing from them", async () => {
  const { stack, run, objects, forgetRuns } = current()
  const directory = await temporaryDirectory()
  const runDate = RunDate.make("2020-01-06")
  const [earlier, later] = [RunDate.make("2020-01-04"), RunDate.make("2020-01-07")]
  const { runDate: model } = await run()
  const stored = await objects()
  await forgetRuns()
  for (const date of [earlier, later]) {
    for (const [key, from] of [
      [csvKey(date), csvKey(model)],
      [manifestKey(date), manifestKey(model)]
    ] as const) {
      const path = join(directory, "s3/movies", key)
      await mkdir(dirname(path), { recursive: true })
      await writeFile(path, stored.get(from)?.replaceAll(model, date) ?? "")
    }
  }
  await mkdir(join(directory, "s3/movies/csv/notes"))

  const invoked: Array<string> = []
  stack.lambda.events.on("invocationStarted", ({ function: name }) => invoked.push(name))
  await restoreEarlierRuns(stack, directory, runDate)
  await stack.lambda.idle()
  assert.deepStrictEqual(invoked, [])
  assert.sameMembers(
    [...(await objects("csv/")).keys(), ...(await objects("runs/")).keys()],
    [csvKey(earlier), manifestKey(earlier)]
  )

  await run({ runDate })
  const report = (await objects()).get(reportKey(runDate)) ?? ""
  assert.include(report, "Since the previous run, Saturday, 4 January 2020")
})
