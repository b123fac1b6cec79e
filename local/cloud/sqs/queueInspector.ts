import type { buildApp, FauxqsServer } from "fauxqs"
import { sendInMemory } from "../sendInMemory.ts"
import { type FauxqsQueues, queueName } from "./sqs.ts"

/** A message nobody can receive yet. */
export interface HiddenMessage {
  readonly messageId: string
  /** Milliseconds since the epoch. */
  readonly visibleAt: number
}

export interface QueueDepth {
  /** Messages that could be received now. */
  readonly visible: number
  /** Messages of a FIFO queue that one of their group, in flight, holds back. */
  readonly blocked: number
  readonly inFlight: ReadonlyArray<HiddenMessage>
  readonly delayed: ReadonlyArray<HiddenMessage>
}

/** A look at queues from outside: no call is authorised, told of or counted as a receive. */
export interface QueueInspector {
  readonly depth: (queueUrl: string) => Promise<QueueDepth>
  /** Makes a message in flight or delayed visible at once; false if it is neither any more. */
  readonly makeVisible: (queueUrl: string, messageId: string) => Promise<boolean>
}

type Snapshot = NonNullable<ReturnType<FauxqsServer["inspectQueue"]>>
type Messages = Snapshot["messages"]["delayed"]

const isSnapshot = (payload: unknown): payload is Snapshot =>
  typeof payload === "object" && payload !== null && "messages" in payload

/** Ends a message's delay, and of those sent before it to the same group, which have to stay before it. */
const ripen = (delayed: Messages, messageId: string): void => {
  const last = delayed.findIndex((message) => message.messageId === messageId)
  const group = delayed[last]?.messageGroupId
  delayed.slice(0, last + 1).forEach((message, position) => {
    if (position === last || (group !== undefined && message.messageGroupId === group)) message.delayUntil = Date.now()
  })
}

const depthOf = ({ ready, delayed, inflight }: Snapshot["messages"]): QueueDepth => {
  const now = Date.now()
  const inFlight = inflight.filter(({ visibilityDeadline }) => visibilityDeadline > now)
  const waiting = delayed.filter(({ delayUntil = 0 }) => delayUntil > now)
  const locked = new Set(inFlight.map(({ message }) => message.messageGroupId))
  const isBlocked = ({ messageGroupId }: Messages[number]) => messageGroupId !== undefined && locked.has(messageGroupId)
  const blocked = ready.filter(isBlocked).length
  return {
    // What has become due stays where it was until the next receive.
    visible: ready.length - blocked + (inflight.length - inFlight.length) + (delayed.length - waiting.length),
    blocked,
    inFlight: inFlight.map(({ message, visibilityDeadline }) => ({
      messageId: message.messageId,
      visibleAt: visibilityDeadline
    })),
    delayed: waiting.map(({ messageId, delayUntil = 0 }) => ({ messageId, visibleAt: delayUntil }))
  }
}

const hasteningHeader = "x-local-hasten"

/** Call before the app is ready: it adds a hook. */
export const makeQueueInspector = (app: ReturnType<typeof buildApp>, { call }: FauxqsQueues): QueueInspector => {
  // SQS has no call that ends a delay. But fauxqs's inspection hands out the queue's own messages, before it makes JSON
  // of them.
  app.addHook("preSerialization", async ({ headers }, _reply, payload) => {
    const messageId = headers[hasteningHeader]
    if (typeof messageId === "string" && isSnapshot(payload)) ripen(payload.messages.delayed, messageId)
    return payload
  })

  const inspect = async (queueUrl: string, headers: Record<string, string> = {}): Promise<Snapshot["messages"]> => {
    const target = `/_fauxqs/queues/${queueName(queueUrl)}`
    const reply = await sendInMemory(app.server, { method: "GET", target, headers: { host: "127.0.0.1", ...headers } })
    if (reply.status !== 200) throw new Error(`there is no queue ${queueUrl}`)
    const snapshot: Snapshot = JSON.parse(reply.body.toString())
    return snapshot.messages
  }

  return {
    depth: async (queueUrl) => depthOf(await inspect(queueUrl)),

    makeVisible: async (queueUrl, messageId) => {
      const { delayed, inflight } = await inspect(queueUrl, { [hasteningHeader]: messageId })
      const flying = inflight.find(({ message }) => message.messageId === messageId)
      if (flying === undefined) return delayed.some((message) => message.messageId === messageId)
      const input = { QueueUrl: queueUrl, ReceiptHandle: flying.receiptHandle, VisibilityTimeout: 0 }
      return (await call("ChangeMessageVisibility", input)).status === 200
    }
  }
}
