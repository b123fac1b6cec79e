import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { TableItem } from "../../domain/TableItem.ts"
import { DynamoDb, ItemRefused, TableUnavailable } from "../../services/DynamoDb.ts"
import type { ModelAccount } from "./ModelAccount.ts"

/** The movies table of DynamoDB: puts and deletes under the pipeline's condition, and an index that may be behind. */
export class ModelTable {
  readonly name: string
  private readonly items = new Map<string, TableItem>()
  /** What each write replaced, for an index that does not contain the write yet. */
  private readonly writes: Array<{
    readonly at: number
    readonly key: string
    readonly before: TableItem | undefined
  }> = []

  constructor(name: string) {
    this.name = name
  }

  put(now: number, item: TableItem): "written" | "newerExists" {
    return this.unlessNewer(now, keyOf(item), item.loadedFrom, item) ? "written" : "newerExists"
  }

  delete(
    now: number,
    key: { readonly imdbId: string; readonly runDate: string },
    loadedFrom: string
  ): "deleted" | "newerExists" {
    return this.unlessNewer(now, keyOf(key), loadedFrom, undefined) ? "deleted" : "newerExists"
  }

  /** The day's items by rank, as they were at a time. */
  itemsOfDay(runDate: string, asOf = Number.POSITIVE_INFINITY): ReadonlyArray<TableItem> {
    const items = new Map<string, TableItem | undefined>(this.items)
    for (const { at, key, before } of this.writes.toReversed()) {
      if (at <= asOf) break
      items.set(key, before)
    }
    return [...items.values()]
      .filter((item): item is TableItem => item?.runDate === runDate)
      .sort((one, other) => one.rank - other.rank)
  }

  all(): ReadonlyArray<TableItem> {
    return [...this.items.values()]
  }

  private unlessNewer(now: number, key: string, loadedFrom: string, item: TableItem | undefined): boolean {
    const before = this.items.get(key)
    if (before !== undefined && before.loadedFrom > loadedFrom) return false
    this.writes.push({ at: now, key, before })
    if (item === undefined) this.items.delete(key)
    else this.items.set(key, item)
    return true
  }
}

const keyOf = ({ imdbId, runDate }: { readonly imdbId: string; readonly runDate: string }) => `${imdbId} ${runDate}`

export const modelDynamoDb = (account: ModelAccount) => {
  const call = <A>(
    tableName: string,
    operation: string,
    resource: string,
    perform: (table: ModelTable, now: number) => A
  ) => {
    const unavailable = (detail: string) => new TableUnavailable({ table: tableName, detail })
    const table = account.tables.get(tableName)
    if (table === undefined) return Effect.fail(unavailable("ResourceNotFoundException: Table not found"))
    return account.faults
      .call({ service: "dynamodb", operation, resource }, (now) => perform(table, now))
      .pipe(Effect.mapError(({ detail }) => unavailable(detail)))
  }
  return Layer.succeed(DynamoDb)({
    putUnlessNewer: (name, item) =>
      Effect.mapError(
        call(name, "PutItem", item.imdbId, (table, now) => table.put(now, item)),
        (error) =>
          error.detail.startsWith("ValidationException")
            ? new ItemRefused({ table: name, imdbId: item.imdbId, detail: error.detail })
            : error
      ),
    deleteUnlessNewer: (name, key, loadedFrom) =>
      call(name, "DeleteItem", key.imdbId, (table, now) => table.delete(now, key, loadedFrom)),
    idsOfDay: (name, runDate) =>
      Effect.suspend(() => {
        const lag = account.faults.indexLag()
        return call(name, "Query", name, (table, now) =>
          table.itemsOfDay(runDate, now - lag).map((item) => item.imdbId)
        )
      })
  })
}
