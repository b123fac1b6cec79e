import type { buildApp, FauxqsServer } from "fauxqs"
import { sendInMemory } from "../sendInMemory.ts"
import { type CallFauxqs, queueName } from "./sqs.ts"

/** A message that is in flight or delayed. */
export interface HiddenMessage {
  readonly messageId: string
  /** Milliseconds since the epoch. */
  readonly visibleAt: number
}

export interface QueueDepth {
  readonly visible: number
  /** Messages of a FIFO queue whose message group has a message in flight. */
  readonly blocked: number
  readonly inFlight: ReadonlyArray<HiddenMessage>
  readonly delayed: ReadonlyArray<HiddenMessage>
}

/** Reads queues past the API: without authorization, events or receive counts. */
export interface QueueInspector {
  readonly depth: (queueUrl: string) => Promise<QueueDepth>
  /** Of all messages, hidden ones too. */
  readonly messageIds: (queueUrl: string) => Promise<ReadonlySet<string>>
  /** Makes a message in flight or a delayed one visible now; false if it is neither. */
  readonly makeVisible: (queueUrl: string, messageId: string) => Promise<boolean>
}

type Snapshot = NonNullable<ReturnType<FauxqsServer["inspectQueue"]>>
type Messages = Snapshot["messages"]["delayed"]

const isSnapshot = (payload: unknown): payload is Snapshot =>
  typeof payload === "object" && payload !== null && "messages" in payload

/** Ends the delay of a message, and of the earlier ones of its group, so that they stay ahead of it. */
const endDelay = (delayed: Messages, messageId: string): void => {
  const last = delayed.findIndex((message) => message.messageId === messageId)
  const group = delayed[last]?.messageGroupId
  delayed.slice(0, last + 1).forEach((message, position) => {
    if (position === last || (group !== undefined && message.messageGroupId === group)) message.delayUntil = Date.now()
  })
}

const depthOf = ({ ready, delayed, inflight }: Snapshot["messages"]): QueueDepth => {
  const now = Date.now()
  const inFlight = inflight.filter(({ visibilityDeadline }) => visibilityDeadline > now)
  const stillDelayed = delayed.filter(({ delayUntil = 0 }) => delayUntil > now)
  const groupsInFlight = new Set(inFlight.map(({ message }) => message.messageGroupId))
  // fauxqs moves messages whose time has come to `ready` only at the next receive.
  const expired = inflight.filter((entry) => !inFlight.includes(entry)).map(({ message }) => message)
  const due = [...ready, ...expired, ...delayed.filter((message) => !stillDelayed.includes(message))]
  const blocked = due.filter(
    ({ messageGroupId }) => messageGroupId !== undefined && groupsInFlight.has(messageGroupId)
  ).length
  return {
    visible: due.length - blocked,
    blocked,
    inFlight: inFlight.map(({ message, visibilityDeadline }) => ({
      messageId: message.messageId,
      visibleAt: visibilityDeadline
    })),
    delayed: stillDelayed.map(({ messageId, delayUntil = 0 }) => ({ messageId, visibleAt: delayUntil }))
  }
}

const inspectionHeader = "x-local-inspection"

/** Adds a hook to fauxqs: call it before the app is ready. */
export const makeQueueInspector = (app: ReturnType<typeof buildApp>, call: CallFauxqs): QueueInspector => {
  const inspections = new Map<string, Snapshot>()
  let count = 0
  // The payload of fauxqs's inspection contains the queue's own message objects until it is serialized, which would take
  // most of a large run's time.
  app.addHook("preSerialization", async ({ headers }, _reply, payload) => {
    const id = headers[inspectionHeader]
    if (typeof id !== "string" || !isSnapshot(payload)) return payload
    inspections.set(id, payload)
    return {}
  })

  /** The queue's own messages. */
  const inspect = async (queueUrl: string): Promise<Snapshot["messages"]> => {
    const id = `${count++}`
    const target = `/_fauxqs/queues/${queueName(queueUrl)}`
    await sendInMemory(app.server, { method: "GET", target, headers: { host: "127.0.0.1", [inspectionHeader]: id } })
    const snapshot = inspections.get(id)
    inspections.delete(id)
    if (snapshot === undefined) throw new Error(`There is no queue ${queueUrl}.`)
    return snapshot.messages
  }

  return {
    depth: async (queueUrl) => depthOf(await inspect(queueUrl)),

    messageIds: async (queueUrl) => {
      const { ready, delayed, inflight } = await inspect(queueUrl)
      const messages = [...ready, ...delayed, ...inflight.map(({ message }) => message)]
      return new Set(messages.map(({ messageId }) => messageId))
    },

    makeVisible: async (queueUrl, messageId) => {
      const { delayed, inflight } = await inspect(queueUrl)
      // SQS has no call that ends a delay.
      if (delayed.some((message) => message.messageId === messageId)) {
        endDelay(delayed, messageId)
        return true
      }
      const received = inflight.find(({ message }) => message.messageId === messageId)
      if (received === undefined) return false
      const input = { QueueUrl: queueUrl, ReceiptHandle: received.receiptHandle, VisibilityTimeout: 0 }
      return (await call("ChangeMessageVisibility", input)).status === 200
    }
  }
}
