import * as Duration from "effect/Duration"

export interface QueueSettings {
  /** A FIFO queue's name ends in `.fifo`, and so do its URL and ARN. */
  readonly name: string
  readonly visibilityTimeoutSeconds: number
  readonly retentionDays: number
  readonly redrive?: { readonly deadLetterQueue: ModelQueue; readonly maxReceiveCount: number }
}

export interface NewMessage {
  readonly body: string
  readonly delaySeconds?: number | undefined
  readonly groupId?: string | undefined
  readonly deduplicationId?: string | undefined
  /** Texts of the message attributes. */
  readonly attributes?: Readonly<Record<string, string>> | undefined
}

export interface ReceivedMessage extends NewMessage {
  readonly messageId: string
  readonly receiptHandle: string
  /** This receive included. */
  readonly receiveCount: number
  /** Epoch milliseconds, like every time here. */
  readonly sentAt: number
}

interface Message extends NewMessage {
  readonly messageId: string
  readonly sentAt: number
  visibleAt: number
  receiveCount: number
  receivedAt: number
  /** Of the latest receive; SQS ignores an older one. */
  receiptHandle: string | undefined
}

/** The error with which SQS rejects a call. */
export class SqsError extends Error {}

const deduplicationInterval = Duration.toMillis("5 minutes")
const maxDelaySeconds = 900
const maxInvisible = Duration.toMillis("12 hours")

/**
 * An SQS queue, standard or FIFO: visibility timeouts, receive counts and dead-letter queues. It has no clock: each call
 * passes the time.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html
 */
export class ModelQueue {
  readonly settings: QueueSettings
  readonly url: string
  readonly arn: string
  readonly fifo: boolean
  /** Called with the time at which a message becomes visible. */
  onVisible: (at: number) => void = () => {}
  /** Called with each message that moves to the dead-letter queue. */
  onDeadLetter: (messageId: string) => void = () => {}
  /** Every message that was accepted, in order. */
  readonly sent: Array<NewMessage> = []
  /** Every visibility timeout that was set for one message, in order. */
  readonly visibilityChanges: Array<{ readonly messageId: string; readonly seconds: number }> = []
  private messages: Array<Message> = []
  /** When a FIFO queue last accepted a deduplication id. */
  private readonly accepted = new Map<string, { readonly at: number; readonly messageId: string }>()
  private count = 0

  constructor(settings: QueueSettings) {
    this.settings = settings
    this.fifo = settings.name.endsWith(".fifo")
    this.url = `https://sqs.eu-central-1.amazonaws.com/000000000000/${settings.name}`
    this.arn = `arn:aws:sqs:eu-central-1:000000000000:${settings.name}`
  }

  /**
   * Returns the message id. Within five minutes of a message with the same deduplication id, a FIFO queue drops the new
   * one and returns the first one's id. `receiveCount`: receives that the message has already had.
   */
  send(now: number, message: NewMessage, receiveCount = 0): string {
    // SQS accepts the characters of XML 1.0.
    if (/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u.test(message.body) || message.body === "") {
      throw new SqsError("InvalidMessageContents: The message contains characters outside the allowed set.")
    }
    const { deduplicationId, delaySeconds = 0 } = message
    if (delaySeconds > maxDelaySeconds || (this.fifo && delaySeconds > 0)) {
      throw new SqsError(`InvalidParameterValue: Value ${delaySeconds} for parameter DelaySeconds is invalid.`)
    }
    if (this.fifo && (message.groupId === undefined || deduplicationId === undefined)) {
      throw new SqsError("InvalidParameterValue: The request must contain a group id and a deduplication id.")
    }
    const earlier = deduplicationId === undefined ? undefined : this.accepted.get(deduplicationId)
    if (this.fifo && earlier !== undefined && now - earlier.at < deduplicationInterval) return earlier.messageId
    const messageId = `${this.settings.name}-${++this.count}`
    this.sent.push(message)
    if (deduplicationId !== undefined) this.accepted.set(deduplicationId, { at: now, messageId })
    this.add({
      ...message,
      messageId,
      sentAt: now,
      visibleAt: now + delaySeconds * 1000,
      receiveCount,
      receivedAt: 0,
      receiptHandle: undefined
    })
    return messageId
  }

  /**
   * At most ten messages, hidden for the queue's visibility timeout or the given one. `order` sorts what a standard
   * queue has. A message that has reached the maximum receive count moves to the dead-letter queue instead.
   */
  receive(
    now: number,
    atMost: number,
    { visibilityTimeoutSeconds = this.settings.visibilityTimeoutSeconds, order = inOrder }: ReceiveOptions = {}
  ): ReadonlyArray<ReceivedMessage> {
    this.expire(now)
    const ready = this.fifo ? this.ready(now) : order(this.ready(now))
    const received: Array<ReceivedMessage> = []
    for (const message of ready) {
      if (received.length === Math.min(atMost, 10)) break
      if (this.isExhausted(message)) {
        this.moveToDeadLetterQueue(now, message)
        continue
      }
      message.receiveCount++
      message.receivedAt = now
      message.receiptHandle = `${message.messageId}#${message.receiveCount}`
      this.setVisibleAt(message, now + visibilityTimeoutSeconds * 1000)
      received.push({ ...message, receiptHandle: message.receiptHandle })
    }
    return received
  }

  /** Does nothing where the handle is not the latest. */
  delete(now: number, receiptHandle: string): void {
    const message = this.messages.find((each) => each.receiptHandle === receiptHandle)
    if (message === undefined) return
    this.remove(message)
    // The next message of its group can be received now.
    if (this.fifo) this.onVisible(now)
  }

  changeVisibility(now: number, receiptHandle: string, seconds: number): void {
    if (seconds < 0 || seconds > 43_200) {
      throw new SqsError("InvalidParameterValue: VisibilityTimeout must be between 0 and 43200.")
    }
    const message = this.messages.find((each) => each.receiptHandle === receiptHandle)
    if (message === undefined || message.visibleAt <= now) {
      throw new SqsError("MessageNotInflight: The message is not available for a visibility timeout change.")
    }
    const visibleAt = now + seconds * 1000
    if (visibleAt > message.receivedAt + maxInvisible) {
      throw new SqsError("InvalidParameterValue: Total VisibilityTimeout for the message is beyond the limit.")
    }
    this.visibilityChanges.push({ messageId: message.messageId, seconds })
    this.setVisibleAt(message, visibleAt)
  }

  /** Delivers a message again although it is hidden or deleted: a standard queue delivers at least once. */
  deliverAgain(now: number, { messageId, body, groupId, attributes, sentAt, receiveCount }: ReceivedMessage): void {
    const message = this.messages.find((each) => each.messageId === messageId)
    const copy = { messageId, body, groupId, attributes, sentAt, receiveCount, receivedAt: 0, receiptHandle: undefined }
    if (message === undefined) this.add({ ...copy, visibleAt: now })
    else this.setVisibleAt(message, now)
  }

  /** The number of visible and of hidden messages. */
  depth(now: number): { readonly visible: number; readonly hidden: number } {
    this.expire(now)
    const visible = this.messages.filter(({ visibleAt }) => visibleAt <= now).length
    return { visible, hidden: this.messages.length - visible }
  }

  /** When the next message can be received, at the earliest now; undefined where the queue is empty. */
  nextVisibleAt(now: number): number | undefined {
    if (this.ready(now).length > 0) return now
    const later = this.messages.map(({ visibleAt }) => visibleAt).filter((at) => at > now)
    return later.length === 0 ? undefined : Math.min(...later)
  }

  /** Every message, hidden or not. */
  contents(): ReadonlyArray<{ readonly messageId: string; readonly body: string }> {
    return this.messages
  }

  /** Moves every visible message to another queue as a new one, as a move task does. Returns their number. */
  moveAll(now: number, queue: ModelQueue): number {
    const moving = this.messages.filter(({ visibleAt }) => visibleAt <= now)
    for (const message of moving) {
      this.remove(message)
      const { body, groupId, attributes, messageId } = message
      queue.send(now, { body, groupId, attributes, deduplicationId: `moved ${messageId} ${now}` })
    }
    return moving.length
  }

  // A FIFO queue returns the messages of a group in order, and none while another of the group is in flight.
  private ready(now: number): ReadonlyArray<Message> {
    const visible = this.messages.filter(({ visibleAt }) => visibleAt <= now)
    if (!this.fifo) return visible
    const inFlight = new Set(this.messages.filter(({ visibleAt }) => visibleAt > now).map(({ groupId }) => groupId))
    return visible.filter(({ groupId }) => !inFlight.has(groupId))
  }

  private isExhausted({ receiveCount }: Message): boolean {
    const { redrive } = this.settings
    return redrive !== undefined && receiveCount >= redrive.maxReceiveCount
  }

  // The id stays. The time stays for a standard queue, which counts the retention from it.
  private moveToDeadLetterQueue(now: number, message: Message): void {
    this.remove(message)
    const sentAt = this.fifo ? now : message.sentAt
    this.settings.redrive?.deadLetterQueue.add({
      ...message,
      sentAt,
      visibleAt: now,
      receiveCount: 0,
      receiptHandle: undefined
    })
    this.onDeadLetter(message.messageId)
  }

  private expire(now: number): void {
    const oldest = now - Duration.toMillis(Duration.days(this.settings.retentionDays))
    this.messages = this.messages.filter(({ sentAt }) => sentAt >= oldest)
  }

  private add(message: Message): void {
    this.messages.push(message)
    this.onVisible(message.visibleAt)
  }

  private setVisibleAt(message: Message, at: number): void {
    message.visibleAt = at
    this.onVisible(at)
  }

  private remove(message: Message): void {
    this.messages = this.messages.filter((each) => each !== message)
  }
}

interface ReceiveOptions {
  readonly visibilityTimeoutSeconds?: number
  readonly order?: <A>(messages: ReadonlyArray<A>) => ReadonlyArray<A>
}

const inOrder = <A>(messages: ReadonlyArray<A>): ReadonlyArray<A> => messages
