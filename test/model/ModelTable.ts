import type { TableItem } from "../../domain/TableItem.ts"

/** The movies table of DynamoDB: puts and deletes under the pipeline's condition, and an index that may lag behind. */
export class ModelTable {
  readonly name: string
  private readonly items = new Map<string, TableItem>()
  /** What was there before each write, for an index that has not heard of it yet. */
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

  /** The day's items by rank, as the index knows them that has heard of all writes up to the time. */
  day(runDate: string, upTo = Number.POSITIVE_INFINITY): ReadonlyArray<TableItem> {
    const known = new Map<string, TableItem | undefined>(this.items)
    for (const { at, key, before } of this.writes.toReversed()) {
      if (at <= upTo) break
      known.set(key, before)
    }
    return [...known.values()]
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
