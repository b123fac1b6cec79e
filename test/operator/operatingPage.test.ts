import { describe, it } from "@effect/vitest"
import { ImdbId } from "../../domain/ImdbId.ts"
import { RunDate } from "../../domain/RunDate.ts"
import { readSourceList } from "../../local/run/sourceList.ts"
import { useOperatedStack } from "./OperatedStack.ts"
import { expectCurrentOutput } from "./pageExamples.ts"

/** Replaces the port, instants and message ids, which differ from run to run. */
const normalize = (text: string): string =>
  text
    .replace(/ [0-9a-f]{8} /g, " 4b3f9c1e ")
    .replace(/ --port \d+/g, "")
    .replace(/port \d+/g, "port 4566")
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "2026-11-21T06:00:00Z")
    .replace(/\d\d:\d\d:\d\d\.\d{3}/g, "06:00:00.000")
    .replace(/file:\/\/\S+\/(?=\.local)/g, "file:///home/you/imdb-etl/")

describe("docs/operating.md", () => {
  const { current, etlOn } = useOperatedStack()

  it("shows the output of its commands", async () => {
    const shared = current()
    await shared.forgetRuns()
    const quota = { at: "omdb", times: "always", what: { kind: "quota" } } as const
    shared.applyFaults({ ...quota, imdbId: ImdbId.make("tt0068646") }, { ...quota, imdbId: ImdbId.make("tt0468569") })
    await shared.run({ runDate: RunDate.make("2026-11-21"), top: 3 })
    let rejectedRuns = 0

    /** What happens before a command of the page. */
    const before: Readonly<Record<string, () => Promise<unknown>>> = {
      "dlq redrive movies --local --yes": async () => shared.clearFaults(),
      "status 2026-11-22 --local": async () => {
        if (rejectedRuns++ > 0) return
        await shared.setSourceList('{"items":[],"errorMessage":"Invalid API Key"}')
        await shared.run({ runDate: RunDate.make("2026-11-22"), top: 3 })
      },
      "dlq redrive failed-runs --local --yes": async () => shared.setSourceList((await readSourceList(undefined)).bytes)
    }
    await expectCurrentOutput(new URL("../../docs/operating.md", import.meta.url), "etl", async (args) => {
      await shared.stack.lambda.idle()
      await before[args.join(" ")]?.()
      const { stdout, stderr } = await etlOn({ width: 100, keys: [] }, ...args.filter((arg) => arg !== "--local"))
      return normalize([stdout, stderr].filter((text) => text !== "").join("\n"))
    })
  })
})
