/** The parts of fauxqs's queue that this changes. */
interface FifoQueue {
  readonly fifoMessages: ReadonlyMap<string, Array<{ readonly sequenceNumber?: string }>>
  /** By message group: how many of its messages are in flight. */
  readonly fifoLockedGroups: Map<string, number>
  isFifo(): boolean
  processTimers(): void
  dequeue(atMost: number, ...others: ReadonlyArray<unknown>): Array<unknown>
}

/** A module of fauxqs that its package does not export; the version is pinned. */
const { SqsQueue }: { readonly SqsQueue: { readonly prototype: FifoQueue } } = await import(
  new URL("./sqs/sqsStore.js", import.meta.resolve("fauxqs")).href
)

let isChanged = false

/**
 * One receive of a FIFO queue returns up to ten messages, also of one group and in its order, as on AWS. fauxqs returns one
 * of each group, and in the reverse order those whose visibility timeouts have ended together.
 */
export const receiveFifoBatches = (): void => {
  if (isChanged) return
  isChanged = true
  const { dequeue } = SqsQueue.prototype
  Object.assign(SqsQueue.prototype, {
    dequeue(this: FifoQueue, atMost: number, ...others: ReadonlyArray<unknown>) {
      if (!this.isFifo()) return dequeue.call(this, atMost, ...others)
      this.processTimers()
      for (const messages of this.fifoMessages.values()) messages.sort(bySequenceNumber)
      const received: Array<unknown> = []
      const taken = new Map<string, number>()
      const before = new Set(this.fifoLockedGroups.keys())
      while (received.length < atMost) {
        const more = dequeue.call(this, atMost - received.length, ...others)
        if (more.length === 0) break
        received.push(...more)
        // A group that this receive has locked may give it more.
        for (const [group, count] of [...this.fifoLockedGroups]) {
          if (before.has(group)) continue
          taken.set(group, (taken.get(group) ?? 0) + count)
          this.fifoLockedGroups.delete(group)
        }
      }
      for (const [group, count] of taken) this.fifoLockedGroups.set(group, count)
      return received
    }
  })
}

const bySequenceNumber = (one: { readonly sequenceNumber?: string }, other: { readonly sequenceNumber?: string }) =>
  Number(one.sequenceNumber ?? 0) - Number(other.sequenceNumber ?? 0)
