import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { TableItem } from "../../domain/TableItem.ts"
import { DynamoDb, TableUnavailable } from "../../services/DynamoDb.ts"

/**
 * A table in memory. `beforePut` runs ahead of each put; the index never tells of the ids in `unindexed`; `unavailable`
 * says which puts fail.
 */
export class FakeDynamoDb {
  readonly items = new Map<string, TableItem>()
  readonly unindexed = new Set<string>()
  readonly puts: Array<string> = []
  mostPutsAtOnce = 0
  beforePut: (imdbId: string) => Effect.Effect<unknown> = () => Effect.void
  unavailable: (imdbId: string) => boolean = () => false
  private putsUnderWay = 0

  /** The day's items in order of rank. */
  day(runDate: string): ReadonlyArray<TableItem> {
    return [...this.items.values()]
      .filter((item) => item.runDate === runDate)
      .sort((one, other) => one.rank - other.rank)
  }

  private isNewer(key: string, loadedFrom: string): boolean {
    return (this.items.get(key)?.loadedFrom ?? "") > loadedFrom
  }

  readonly layer = Layer.succeed(DynamoDb)({
    putUnlessNewer: (table, item) =>
      Effect.gen({ self: this }, function* () {
        this.putsUnderWay++
        this.mostPutsAtOnce = Math.max(this.mostPutsAtOnce, this.putsUnderWay)
        yield* Effect.yieldNow
        this.putsUnderWay--
        if (this.unavailable(item.imdbId)) return yield* new TableUnavailable({ table, detail: "Throttled" })
        yield* this.beforePut(item.imdbId)
        this.puts.push(item.imdbId)
        const key = keyOf(item)
        if (this.isNewer(key, item.loadedFrom)) return "newerExists"
        this.items.set(key, item)
        return "written"
      }),
    deleteUnlessNewer: (_, key, loadedFrom) =>
      Effect.sync(() => {
        if (this.isNewer(keyOf(key), loadedFrom)) return "newerExists"
        this.items.delete(keyOf(key))
        return "deleted"
      }),
    idsOfDay: (_, runDate) =>
      Effect.sync(() =>
        this.day(runDate)
          .map(({ imdbId }) => imdbId)
          .filter((imdbId) => !this.unindexed.has(imdbId))
      )
  })
}

const keyOf = ({ imdbId, runDate }: { readonly imdbId: string; readonly runDate: string }) => `${imdbId} ${runDate}`
