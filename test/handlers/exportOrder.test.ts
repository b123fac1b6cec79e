import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { rosterKey } from "../../domain/keys.ts"
import { ranksUpTo, rosterOf, runDate } from "../support/exampleRun.ts"
import { FakeBucket } from "../support/FakeBucket.ts"
import { failed } from "../support/sqsEvents.ts"
import { csv, endedSoFar, exportedRanks, exporting, readManifest, told } from "./exporting.ts"

describe("ExportMoviesToCsv, told in any order", () => {
  const Step = Schema.Struct({ rank: Schema.Literals([1, 2, 3, 4]), outcome: Schema.Literals(["enriched", "gap"]) })
  it.effect.prop(
    "ends the same whatever the order of the movies, whatever comes twice, and never makes the CSV shorter",
    [Schema.Array(Step), Schema.Array(Schema.Literals(["enriched", "gap"]))],
    ([steps, outcomes]) =>
      Effect.gen(function* () {
        const bucket = new FakeBucket()
        bucket.put(rosterKey(runDate), rosterOf(ranksUpTo(4)))
        const all = [
          ...steps,
          ...ranksUpTo(4).map((rank, index) => ({ rank, outcome: outcomes[index] ?? ("enriched" as const) }))
        ]
        let longest = 0
        for (const { rank, outcome } of all) {
          endedSoFar(bucket, ranksUpTo(4), outcome === "enriched" ? [rank] : [], outcome === "gap" ? [rank] : [])
          assert.deepStrictEqual(yield* exporting(bucket, told(rank), told(rank)), failed())
          if (!bucket.objects.has(csv)) continue
          const { length } = yield* exportedRanks(bucket)
          assert.isAtLeast(length, longest)
          longest = length
        }
        const enriched = ranksUpTo(4).filter((rank) =>
          all.some((step) => step.rank === rank && step.outcome === "enriched")
        )
        assert.deepStrictEqual(yield* exportedRanks(bucket), enriched)
        assert.strictEqual((yield* readManifest(bucket)).gaps.length, 4 - enriched.length)
      })
  )
})
