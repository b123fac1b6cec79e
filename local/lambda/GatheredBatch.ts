import type { Wait } from "./Agenda.ts"
import type { EventSourceMappingDefinition } from "./mappingRules.ts"
import type { SqsRecord } from "./sqsEvent.ts"

/** The batch a mapping is putting together: ready when it is full, or when its window has passed since the first record. */
export class GatheredBatch {
  readonly #batchSize: number
  readonly #windowMs: number
  readonly #waitId: string
  #records: Array<SqsRecord> = []
  #endsAt = 0

  constructor({ uuid, batchSize, maximumBatchingWindowSeconds = 0 }: EventSourceMappingDefinition) {
    this.#batchSize = batchSize
    this.#windowMs = maximumBatchingWindowSeconds * 1000
    this.#waitId = `${uuid} window`
  }

  get room(): number {
    return this.#batchSize - this.#records.length
  }

  get ready(): boolean {
    return this.#records.length > 0 && (this.#windowMs === 0 || this.room === 0)
  }

  add(records: ReadonlyArray<SqsRecord>): void {
    if (this.#records.length === 0) this.#endsAt = Date.now() + this.#windowMs
    this.#records.push(...records)
  }

  take(): ReadonlyArray<SqsRecord> {
    const records = this.#records
    this.#records = []
    return records
  }

  /** The end of the window, if one is open. */
  waits(begin: Wait["begin"]): ReadonlyArray<Wait> {
    return this.#records.length === 0 ? [] : [{ id: this.#waitId, dueAt: this.#endsAt, begin }]
  }
}
