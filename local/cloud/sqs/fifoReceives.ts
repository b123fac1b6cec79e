import type { BuildAppOptions } from "fauxqs"
// fauxqs exports the type of its stores and not the class.
import { SqsStore } from "../../../node_modules/fauxqs/dist/sqs/sqsStore.js"

type SqsQueue = ReturnType<SqsStore["createQueue"]>
type Stores = NonNullable<BuildAppOptions["stores"]>

/** A message that came back goes to its place by order of sending: fauxqs puts each before those that came back earlier. */
const restoreOrder = (queue: SqsQueue): void => {
  queue.processTimers()
  for (const messages of queue.fifoMessages.values()) {
    messages.sort((a, b) => Number(a.sequenceNumber ?? 0) - Number(b.sequenceNumber ?? 0))
  }
}

const groupsInFlight = (queue: SqsQueue): Map<string, number> => {
  const counts = new Map<string, number>()
  for (const { message } of queue.inflightMessages.values()) {
    const group = message.messageGroupId
    if (group !== undefined) counts.set(group, (counts.get(group) ?? 0) + 1)
  }
  return counts
}

/**
 * As on AWS, one receive returns several messages of a group, in order, then those of the next group. fauxqs returns one
 * of each group and then holds the group back, also from the same receive.
 */
const receiveSeveral = (queue: SqsQueue): void => {
  const receive = queue.dequeue.bind(queue)
  queue.dequeue = (maxCount, visibilityTimeout, findDeadLetterQueue) => {
    restoreOrder(queue)
    const heldBack = groupsInFlight(queue)
    const seconds = visibilityTimeout ?? Number(queue.attributes["VisibilityTimeout"])
    const received: ReturnType<SqsQueue["dequeue"]> = []
    while (received.length < maxCount) {
      queue.fifoLockedGroups = new Map(heldBack)
      // With 0 seconds the next call would receive the same message.
      const [message] = receive(1, Math.max(seconds, 1), findDeadLetterQueue)
      if (message === undefined) break
      received.push(message)
    }
    queue.fifoLockedGroups = groupsInFlight(queue)
    for (const { ReceiptHandle } of seconds === 0 ? received : []) {
      const entry = queue.inflightMessages.get(ReceiptHandle)
      if (entry !== undefined) entry.visibilityDeadline = Date.now()
    }
    return received
  }
}

class FifoStore extends SqsStore {
  override createQueue(...definition: Parameters<SqsStore["createQueue"]>): SqsQueue {
    const queue = super.createQueue(...definition)
    if (queue.isFifo()) receiveSeveral(queue)
    return queue
  }
}

/** For fauxqs, which creates the stores that are absent. */
export const fifoStores = (): Stores => ({ sqsStore: new FifoStore() }) as Stores
