import { setImmediate as nextTurn } from "node:timers/promises"

/** Work that starts at a time of its own: a message becomes visible, a retry is due, a batching window ends. */
export interface Timer {
  /** Identifies one wait: each visibility timeout of a message is a timer of its own. */
  readonly id: string
  /** Epoch milliseconds. */
  readonly dueAt: number
  readonly fire: () => Promise<void> | void
}

/** Returns the pending timers; a timer that has fired is not among them. */
export type TimerSource = () => ReadonlyArray<Timer> | Promise<ReadonlyArray<Timer>>

/**
 * The clock of the local Lambda platform. Time is real while work runs. When nothing runs, the clock skips to the
 * earliest pending timer. The skip applies to all pending timers alike, so their order and distances stay, and a
 * visibility timeout of hours takes no time.
 */
export class VirtualClock {
  readonly #fastForward: boolean
  readonly #onSkip: (ms: number) => void
  readonly #sources: Array<TimerSource> = []
  /** How much was skipped before a timer was first seen: that part does not shorten it. */
  readonly #skippedBefore = new Map<string, number>()
  readonly #advance = new CoalescedTask(async () => {
    await nextTurn()
    if (!this.#stopped) await this.#fireDueTimers()
  })
  #idleListeners: Array<() => void> = []
  #running = 0
  #started = 0
  #skippedMs = 0
  #timeout: NodeJS.Timeout | undefined
  #stopped = false

  /** `onSkip` is called before the timers that are due then. */
  constructor({ fastForward, onSkip }: { readonly fastForward: boolean; readonly onSkip: (ms: number) => void }) {
    this.#fastForward = fastForward
    this.#onSkip = onSkip
  }

  get stopped(): boolean {
    return this.#stopped
  }

  addTimerSource(source: TimerSource): void {
    this.#sources.push(source)
  }

  /** Runs work during which the clock skips no time. */
  async run<A>(work: () => Promise<A>): Promise<A> {
    this.#running++
    this.#started++
    try {
      return await work()
    } finally {
      this.#running--
      this.#scheduleAdvance()
    }
  }

  /** Resolves when nothing runs and no timer is pending, or when the clock is stopped. */
  idle(): Promise<void> {
    return new Promise((resolve) => {
      this.#idleListeners.push(resolve)
      this.#scheduleAdvance()
    })
  }

  stop(): void {
    this.#stopped = true
    clearTimeout(this.#timeout)
    this.#resolveIdle()
  }

  #scheduleAdvance(): void {
    if (this.#stopped) this.#resolveIdle()
    else void this.#advance.request()
  }

  async #fireDueTimers(): Promise<void> {
    const startedBefore = this.#started
    const timers = await this.#pendingTimers().catch((cause) => {
      // The cloud may stop before the clock does.
      if (this.#stopped) return []
      throw cause
    })
    if (this.#stopped) return
    const quiet = this.#running === 0 && this.#started === startedBefore
    clearTimeout(this.#timeout)
    const first = timers[0]
    if (first === undefined) {
      if (quiet) this.#resolveIdle()
      return
    }
    const untilFirst = Math.max(0, first.dueAt - Date.now())
    const skip = quiet && this.#fastForward ? untilFirst : 0
    if (skip < untilFirst) {
      this.#timeout = setTimeout(() => this.#scheduleAdvance(), untilFirst)
      return
    }
    this.#skippedMs += skip
    if (skip > 0) this.#onSkip(skip)
    const due = timers.filter((timer) => timer.dueAt - skip <= Date.now())
    await this.run(async () => {
      for (const timer of due) await timer.fire()
    })
  }

  /** The earliest first. Each `dueAt` is reduced by what was skipped since the timer was first seen. */
  async #pendingTimers(): Promise<ReadonlyArray<Timer>> {
    const timers = (await Promise.all(this.#sources.map((source) => source()))).flat()
    const ids = new Set(timers.map((timer) => timer.id))
    for (const id of this.#skippedBefore.keys()) {
      if (!ids.has(id)) this.#skippedBefore.delete(id)
    }
    return timers
      .map((timer) => {
        const skippedBefore = this.#skippedBefore.get(timer.id) ?? this.#skippedMs
        this.#skippedBefore.set(timer.id, skippedBefore)
        return { ...timer, dueAt: timer.dueAt - (this.#skippedMs - skippedBefore) }
      })
      .sort((one, other) => one.dueAt - other.dueAt)
  }

  #resolveIdle(): void {
    const listeners = this.#idleListeners
    this.#idleListeners = []
    for (const resolve of listeners) resolve()
  }
}

/** A task that never runs twice at the same time: a request during a run causes one more run after it. */
export class CoalescedTask {
  readonly #work: () => Promise<void>
  #requested = false
  #running = false

  constructor(work: () => Promise<void>) {
    this.#work = work
  }

  get running(): boolean {
    return this.#running
  }

  /** Resolves when no request is left, or at once when another call is running the task. */
  async request(): Promise<void> {
    this.#requested = true
    if (this.#running) return
    this.#running = true
    try {
      while (this.#requested) {
        this.#requested = false
        await this.#work()
      }
    } finally {
      this.#running = false
    }
  }
}
