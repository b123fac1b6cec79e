import { setImmediate as nextTurn } from "node:timers/promises"

/** Something that will begin by itself: a message that becomes visible, a retry, the end of a batching window. */
export interface Timer {
  /** The same as long as this is the same wait: a message's next lease is another one. */
  readonly id: string
  /** Epoch milliseconds. */
  readonly dueAt: number
  readonly fire: () => Promise<void> | void
}

/** What waits now; whatever has begun is no longer among it. */
export type TimerSource = () => ReadonlyArray<Timer> | Promise<ReadonlyArray<Timer>>

/** Node fires longer timers at once. */
const longestTimerMs = 2 ** 31 - 1

/**
 * What runs and what waits on this machine. Time is real while anything runs. When nothing does, it skips to where the
 * earliest wait is due, for all that wait alike: so distances and order stay, and a lease of hours costs no one an hour.
 */
export class VirtualClock {
  readonly #hasten: boolean
  readonly #sources: Array<TimerSource> = []
  /** What had been skipped when a wait was first seen: that much is not taken from it. */
  readonly #skippedBefore = new Map<string, number>()
  readonly #reckoning = new CoalescedTask(async () => {
    await nextTurn()
    if (!this.#stopped) await this.#reckon()
  })
  #idleListeners: Array<() => void> = []
  #running = 0
  #begun = 0
  #skippedMs = 0
  #timer: NodeJS.Timeout | undefined
  #stopped = false

  constructor({ hasten }: { hasten: boolean }) {
    this.#hasten = hasten
  }

  get stopped(): boolean {
    return this.#stopped
  }

  /** Epoch milliseconds as those who wait have it: real time and all that was skipped. */
  now(): number {
    return Date.now() + this.#skippedMs
  }

  addTimerSource(source: TimerSource): void {
    this.#sources.push(source)
  }

  async run<A>(work: () => Promise<A>): Promise<A> {
    this.#running++
    this.#begun++
    try {
      return await work()
    } finally {
      this.#running--
      this.#reckonSoon()
    }
  }

  /** Resolves when nothing runs and nothing waits (or all was stopped). */
  idle(): Promise<void> {
    return new Promise((resolve) => {
      this.#idleListeners.push(resolve)
      this.#reckonSoon()
    })
  }

  stop(): void {
    this.#stopped = true
    clearTimeout(this.#timer)
    this.#tellIdle()
  }

  #reckonSoon(): void {
    if (this.#stopped) this.#tellIdle()
    else void this.#reckoning.request()
  }

  async #reckon(): Promise<void> {
    const begunBefore = this.#begun
    const waits = await this.#waits().catch((cause) => {
      // The cloud may stop before we do.
      if (this.#stopped) return []
      throw cause
    })
    if (this.#stopped) return
    const quiet = this.#running === 0 && this.#begun === begunBefore
    clearTimeout(this.#timer)
    const first = waits[0]
    if (first === undefined) {
      if (quiet) this.#tellIdle()
      return
    }
    const untilFirst = Math.max(0, first.dueAt - Date.now())
    const skip = quiet && this.#hasten ? untilFirst : 0
    if (skip < untilFirst) {
      this.#timer = setTimeout(() => this.#reckonSoon(), Math.min(untilFirst, longestTimerMs))
      return
    }
    this.#skippedMs += skip
    const due = waits.filter((wait) => wait.dueAt - skip <= Date.now())
    await this.run(async () => {
      for (const wait of due) await wait.fire()
    })
  }

  /** All waits, with what has been skipped since each began already taken off, the earliest first. */
  async #waits(): Promise<ReadonlyArray<Timer>> {
    const waits = (await Promise.all(this.#sources.map((source) => source()))).flat()
    const ids = new Set(waits.map((wait) => wait.id))
    for (const id of this.#skippedBefore.keys()) {
      if (!ids.has(id)) this.#skippedBefore.delete(id)
    }
    return waits
      .map((wait) => {
        const skippedBefore = this.#skippedBefore.get(wait.id) ?? this.#skippedMs
        this.#skippedBefore.set(wait.id, skippedBefore)
        return { ...wait, dueAt: wait.dueAt - (this.#skippedMs - skippedBefore) }
      })
      .sort((one, other) => one.dueAt - other.dueAt)
  }

  #tellIdle(): void {
    const listeners = this.#idleListeners
    this.#idleListeners = []
    for (const resolve of listeners) resolve()
  }
}

/** Work that never runs twice at once: asked for while it runs, it runs once more afterwards. */
export class CoalescedTask {
  readonly #work: () => Promise<void>
  #asked = false
  #running = false

  constructor(work: () => Promise<void>) {
    this.#work = work
  }

  get running(): boolean {
    return this.#running
  }

  /** Resolves when there is nothing left to do, or at once if another call sees to it. */
  async request(): Promise<void> {
    this.#asked = true
    if (this.#running) return
    this.#running = true
    try {
      while (this.#asked) {
        this.#asked = false
        await this.#work()
      }
    } finally {
      this.#running = false
    }
  }
}
