import { readdirSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { readFaultSchedule } from "../../../local/faults/readFaultSchedule.ts"
import { accountedFor } from "../../matrix/accountedFor.ts"
import { useSharedStack } from "../sharedStack.ts"

const folder = new URL("../../../sample/faults", import.meta.url).pathname
const samples = readdirSync(folder).filter((file) => file.endsWith(".json"))

describe("the documented scenario", () => {
  const { current } = useSharedStack()

  it.each(samples)("%s happens whole, and every movie is accounted for", async (file) => {
    const warm = current()
    // Its faults may be of a first start.
    for (const { physical } of warm.stack.names.functions) await warm.stack.lambda.kill(physical)
    const { faults } = await readFaultSchedule(join(folder, file))
    warm.applyFaults(...faults)
    const { runDate } = await warm.run()
    assert.deepStrictEqual(warm.unmetFaults(), [])
    const { enriched, gaps, dead } = await accountedFor(warm, runDate)
    assert.strictEqual(enriched.length + Object.keys(gaps).length + dead.length, 10)
  })
})
