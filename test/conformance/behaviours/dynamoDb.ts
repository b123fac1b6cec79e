import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import { ImdbId } from "../../../domain/ImdbId.ts"
import { RunDate } from "../../../domain/RunDate.ts"
import { comparableSequencer, type TableItem } from "../../../domain/TableItem.ts"
import { DynamoDb } from "../../../services/DynamoDb.ts"
import { ConformanceTarget } from "../ConformanceTarget.ts"
import type { Subject } from "../conformance.ts"
import { expectEqual, expectEventually, expectFailure } from "../expectations.ts"

const aws = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide"
const conditions = `${aws}/Expressions.ConditionExpressions.html`
const querying = `${aws}/Query.Pagination.html`

const item = (imdbId: string, runDate: string, sequencer: string, plot = "A plot."): TableItem => ({
  imdbId: ImdbId.make(imdbId),
  runDate: RunDate.make(runDate),
  rank: Number(imdbId.slice(-3)) + 1,
  title: "A movie \u{1F3AC}",
  omdbTitle: "A movie",
  genres: ["Drama", "Crime"],
  plot,
  enrichedAt: DateTime.formatIso(DateTime.makeUnsafe(0)),
  loadedFrom: comparableSequencer(sequencer)
})

const put = Effect.fnUntraced(function* (item: TableItem) {
  const { table } = yield* ConformanceTarget
  return yield* DynamoDb.use(({ putUnlessNewer }) => putUnlessNewer(table, item))
})

const remove = Effect.fnUntraced(function* (imdbId: string, runDate: string, sequencer: string) {
  const { table } = yield* ConformanceTarget
  const key = { imdbId, runDate: RunDate.make(runDate) }
  return yield* DynamoDb.use(({ deleteUnlessNewer }) => deleteUnlessNewer(table, key, comparableSequencer(sequencer)))
})

const idsOf = (runDate: string) =>
  Effect.gen(function* () {
    const { table } = yield* ConformanceTarget
    const ids = yield* DynamoDb.use(({ idsOfDay }) => idsOfDay(table, RunDate.make(runDate)))
    return ids.toSorted()
  })

export const dynamoDb: Subject = {
  name: "dynamodb",
  heading: "DynamoDB",
  behaviours: [
    {
      title: "A conditional put replaces an older item and its own item, but no newer one",
      source: conditions,
      check: Effect.gen(function* () {
        const putFrom = (sequencer: string) => put(item("tt0000001", "2026-01-01", sequencer))
        yield* expectEqual("A first put", yield* putFrom("9"), "written")
        yield* expectEqual("The same put again", yield* putFrom("9"), "written")
        yield* expectEqual("An older put", yield* putFrom("8F"), "newerExists")
        yield* expectEqual("A newer put", yield* putFrom("A"), "written")
        yield* expectEqual("The put before it", yield* putFrom("9"), "newerExists")
        yield* expectEqual("A newer put with a longer sequencer", yield* putFrom("A01"), "written")
        yield* expectEqual("The put with the shorter sequencer", yield* putFrom("A"), "newerExists")
      })
    },
    {
      title: "Of concurrent conditional puts, the newest item remains",
      source: conditions,
      check: Effect.gen(function* () {
        const sequencers = ["3", "7", "1", "8", "5", "2", "6", "4"]
        yield* Effect.forEach(sequencers, (each) => put(item("tt0000001", "2026-02-01", each)), {
          concurrency: "unbounded"
        })
        yield* expectEqual(
          "A put older than the newest",
          yield* put(item("tt0000001", "2026-02-01", "7F")),
          "newerExists"
        )
        yield* expectEqual("The newest put again", yield* put(item("tt0000001", "2026-02-01", "8")), "written")
      })
    },
    {
      title: "A conditional delete deletes an older item and its own item, but no newer one",
      source: conditions,
      check: Effect.gen(function* () {
        const day = "2026-03-01"
        const deleteFrom = (sequencer: string) => remove("tt0000001", day, sequencer)
        yield* expectEqual("A delete of a missing item", yield* deleteFrom("1"), "deleted")
        yield* put(item("tt0000001", day, "5"))
        yield* expectEqual("An older delete", yield* deleteFrom("4"), "newerExists")
        yield* expectEventually("The ids of the date after it", idsOf(day), ["tt0000001"])
        yield* expectEqual("A delete with the same sequencer", yield* deleteFrom("5"), "deleted")
        yield* expectEventually("The ids of the date after it", idsOf(day), [])
        yield* expectEqual("A put older than the delete", yield* put(item("tt0000001", day, "1")), "written")
      })
    },
    {
      title: "The index eventually returns the ids of a run date and of no other",
      source: `${aws}/GSI.html`,
      check: Effect.gen(function* () {
        yield* put(item("tt0000001", "2026-04-01", "1"))
        yield* put(item("tt0000002", "2026-04-01", "1"))
        yield* put(item("tt0000001", "2026-04-02", "1"))
        yield* expectEventually("The ids of a date", idsOf("2026-04-01"), ["tt0000001", "tt0000002"])
        yield* expectEventually("The ids of the next date", idsOf("2026-04-02"), ["tt0000001"])
        yield* expectEqual("The ids of a date without items", yield* idsOf("2026-04-03"), [])
      })
    },
    {
      title: "A query of more than 1 MB is complete across its pages",
      source: querying,
      check: Effect.gen(function* () {
        const ids = Array.from({ length: 300 }, (_, n) => `tt${String(n + 1).padStart(7, "0")}`)
        const plot = "x".repeat(4_000)
        yield* Effect.forEach(ids, (id) => put(item(id, "2026-05-01", "1", plot)), { concurrency: 8 })
        yield* expectEventually("The ids of a date with 1.2 MB", idsOf("2026-05-01"), ids)
      })
    },
    {
      title: "A missing table fails, unlike a condition that is not met",
      source: `${aws}/Programming.Errors.html`,
      check: Effect.gen(function* () {
        const { table } = yield* ConformanceTarget
        const putToMissing = DynamoDb.use(({ putUnlessNewer }) =>
          putUnlessNewer(`${table}-missing`, item("tt0000001", "2026-06-01", "1"))
        )
        const { detail } = yield* expectFailure("A put to a missing table", putToMissing, "TableUnavailable")
        yield* expectEqual("The error", detail.split(":")[0], "ResourceNotFoundException")
      })
    }
  ]
}
