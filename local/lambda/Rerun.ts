/** Work that never runs twice at once: asked for while it runs, it runs once more afterwards. */
export class Rerun {
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
  async ask(): Promise<void> {
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
