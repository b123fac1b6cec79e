import { assert, describe, it } from "@effect/vitest"
import { readFaultSchedule } from "../../local/faults/readFaultSchedule.ts"
import { useSharedStack } from "../local/sharedStack.ts"
import { fifth, runWith } from "./failureTests.ts"

const folder = new URL("../../sample/faults/", import.meta.url).pathname

describe("sample/faults", () => {
  const { current } = useSharedStack()

  it.each([
    ["delivery.json", { gaps: {}, deadLettered: [fifth] }],
    ["dynamodb.json", {}],
    ["function.json", {}],
    ["list.json", {}],
    ["omdb.json", { gaps: { [fifth]: "MovieNotFound" } }],
    ["s3.json", {}],
    ["secretsmanager.json", {}],
    ["sqs.json", {}]
  ])("enriches every movie that the faults of %s let through: %j", async (file, exceptions) => {
    const shared = current()
    // Some faults are those of a cold start.
    for (const { physical } of shared.stack.names.functions) await shared.stack.lambda.kill(physical)
    const { faults } = await readFaultSchedule(`${folder}${file}`)
    const { outcome } = await runWith(shared, faults)
    const { gaps, deadLettered } = { gaps: {}, deadLettered: [], ...exceptions }
    assert.deepStrictEqual([outcome.gaps, outcome.deadLettered], [gaps, deadLettered])
    assert.strictEqual(outcome.enriched.length, 10 - Object.keys(gaps).length - deadLettered.length)
  })
})
