import { assert, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { messageBatches } from "../../services/Sqs.ts"

const bytes = (entries: ReadonlyArray<{ readonly body: string }>) =>
  entries.reduce((sum, { body }) => sum + Buffer.byteLength(body), 0)

it("counts bytes and not characters", () => {
  const half = { body: "é".repeat(64 * 1024) }
  assert.deepStrictEqual(
    messageBatches([half, half, half]).map((batch) => batch.length),
    [2, 1]
  )
})

it("gives an entry that is too long for any batch one of its own", () => {
  const [short, long] = [{ body: "short" }, { body: "x".repeat(300_000) }]
  assert.deepStrictEqual(messageBatches([short, long, short]), [[short], [long], [short]])
})

it.prop(
  "loses and reorders nothing, and no batch is more than SQS takes",
  [Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 262_144 }))).check(Schema.isMaxLength(30))],
  ([lengths]) => {
    const entries = lengths.map((length, index) => ({ body: String(index % 10).repeat(length) }))
    const batches = messageBatches(entries)
    assert.deepStrictEqual(batches.flat(), entries)
    for (const batch of batches) {
      assert.isAtMost(batch.length, 10)
      assert.isAtLeast(batch.length, 1)
      assert.isAtMost(bytes(batch), 262_144)
    }
  },
  { arbitrary: { runs: 30 } }
)
