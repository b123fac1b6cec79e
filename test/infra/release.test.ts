import { assert, describe, it } from "@effect/vitest"
import type { RegisteredResource } from "../../engine/resourceMonitor.ts"
import { released, releaseOf, upgradeOf } from "../../scripts/released.ts"
import { declared, type } from "../plan/declaredResource.ts"
import { declaredProgram } from "./declaredProgram.ts"

describe("an upgrade from the release in infra/released.json", () => {
  it("deletes and replaces no stateful resource", async () => {
    const { lines, losses } = upgradeOf(released, await declaredProgram("prod"))
    console.log(lines.length === 0 ? "No change since the release." : ["Since the release:", ...lines].join("\n"))
    const remedy = "Give it an alias; if it may go, record the program with npm run release."
    assert.deepStrictEqual(losses, [], remedy)
  })
})

describe("upgradeOf", () => {
  const queue = declared(type.queue, "movies", { fifoQueue: false, messageRetentionSeconds: 60 })
  const role = declared(type.role, "reader")
  const release = releaseOf({ resources: [queue, role] })
  const upgradeTo = (...resources: ReadonlyArray<RegisteredResource>) => upgradeOf(release, { resources })
  const renamed = { ...queue, name: "films", urn: queue.urn.replace("movies", "films") }

  it.each([
    ["no change", [queue, role], [], []],
    [
      "a changed input",
      [{ ...queue, inputs: { ...queue.inputs, messageRetentionSeconds: 90 } }, role],
      ['~ aws:sqs/queue:Queue "movies" messageRetentionSeconds: 60 → 90'],
      []
    ],
    ["a resource without data that is deleted", [queue], ['- aws:iam/role:Role "reader"'], []],
    ["a queue that is renamed with an alias", [{ ...renamed, aliases: [queue.urn] }, role], [], []],
    [
      "a queue that is renamed without an alias",
      [renamed, role],
      ['+ aws:sqs/queue:Queue "films"', '- aws:sqs/queue:Queue "movies"'],
      ['aws:sqs/queue:Queue "movies" would be deleted.']
    ],
    [
      "an input of a queue that SQS cannot change",
      [{ ...queue, inputs: { ...queue.inputs, fifoQueue: true } }, role],
      ['~ aws:sqs/queue:Queue "movies" fifoQueue: false → true'],
      ['aws:sqs/queue:Queue "movies" would be replaced, because of fifoQueue.']
    ]
  ])("names %s", (_, resources, lines, losses) => {
    assert.deepStrictEqual(upgradeTo(...resources), { lines, losses })
  })
})
