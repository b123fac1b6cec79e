import * as Duration from "effect/Duration"

export interface QueueSettings {
  /** Of a FIFO queue it ends in `.fifo`, as its URL and ARN do. */
  readonly name: string
  readonly visibilityTimeoutSeconds: number
  readonly retentionDays: number
  readonly redrive?: { readonly deadLetters: ModelQueue; readonly maxReceiveCount: number }
}

export interface Sent {
  readonly body: string
  readonly groupId?: string | undefined
  readonly deduplicationId?: string | undefined
  /** Message attributes; their texts. */
  readonly attributes?: Readonly<Record<string, string>> | undefined
}

export interface Received extends Sent {
  readonly messageId: string
  readonly receiptHandle: string
  /** This receive included. */
  readonly receives: number
  /** Epoch milliseconds, like every time here. */
  readonly sentAt: number
}

interface Message extends Sent {
  readonly messageId: string
  readonly sentAt: number
  visibleAt: number
  receives: number
  receivedAt: number
  /** Of the latest receive; an older one is of no use. */
  receiptHandle: string | undefined
}

/** What SQS answers to a call that it does not carry out. */
export class Invalid extends Error {}

const deduplicated = Duration.toMillis("5 minutes")
const longestHidden = Duration.toMillis("12 hours")

/**
 * A queue of SQS, standard or FIFO: leases, receives and what follows on the last of them. It has no clock: each call
 * brings the time.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html
 */
export class ModelQueue {
  readonly settings: QueueSettings
  readonly url: string
  readonly arn: string
  readonly fifo: boolean
  /** Called with when a message can be received that could not before. */
  onVisible: (at: number) => void = () => {}
  /** Called with each message that goes to the dead-letter queue. */
  onDead: (messageId: string) => void = () => {}
  /** The body of every message since the beginning. */
  readonly sent: Array<string> = []
  private messages: Array<Message> = []
  /** When a FIFO queue last took a deduplication id. */
  private readonly taken = new Map<string, { readonly at: number; readonly messageId: string }>()
  private count = 0

  constructor(settings: QueueSettings) {
    this.settings = settings
    this.fifo = settings.name.endsWith(".fifo")
    this.url = `https://sqs.eu-central-1.amazonaws.com/000000000000/${settings.name}`
    this.arn = `arn:aws:sqs:eu-central-1:000000000000:${settings.name}`
  }

  /** The new message's id; or, where a FIFO queue took the deduplication id within five minutes, that one's. */
  send(now: number, sent: Sent): string {
    // XML 1.0's characters, which is what SQS takes.
    if (/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u.test(sent.body) || sent.body === "") {
      throw new Invalid("InvalidMessageContents: The message contains characters outside the allowed set.")
    }
    const { deduplicationId } = sent
    if (this.fifo && (sent.groupId === undefined || deduplicationId === undefined)) {
      throw new Invalid("InvalidParameterValue: The request must contain a group id and a deduplication id.")
    }
    const known = deduplicationId === undefined ? undefined : this.taken.get(deduplicationId)
    if (this.fifo && known !== undefined && now - known.at < deduplicated) return known.messageId
    const messageId = this.nextId()
    this.sent.push(sent.body)
    if (deduplicationId !== undefined) this.taken.set(deduplicationId, { at: now, messageId })
    this.add({ ...sent, messageId, sentAt: now, visibleAt: now, receives: 0, receivedAt: 0, receiptHandle: undefined })
    return messageId
  }

  /**
   * At most ten, hidden for the queue's visibility timeout unless another is given; `mix` puts a standard queue's in
   * the order they are given out. Messages that were received often enough go to the dead-letter queue instead.
   */
  receive(
    now: number,
    atMost: number,
    { visibilityTimeoutSeconds = this.settings.visibilityTimeoutSeconds, mix = same }: ReceiveOptions = {}
  ): ReadonlyArray<Received> {
    this.expire(now)
    const ready = this.fifo ? this.ready(now) : mix(this.ready(now))
    const received: Array<Received> = []
    for (const message of ready) {
      if (received.length === Math.min(atMost, 10)) break
      if (this.isExhausted(message)) {
        this.toDeadLetters(now, message)
        continue
      }
      message.receives++
      message.receivedAt = now
      message.receiptHandle = `${message.messageId}#${message.receives}`
      this.show(message, now + visibilityTimeoutSeconds * 1000)
      received.push({ ...message, receiptHandle: message.receiptHandle })
    }
    return received
  }

  /** Nothing happens where the handle is not the latest. */
  delete(now: number, receiptHandle: string): void {
    const message = this.messages.find((each) => each.receiptHandle === receiptHandle)
    if (message === undefined) return
    this.remove(message)
    // A group that waited behind it need wait no longer.
    if (this.fifo) this.onVisible(now)
  }

  changeVisibility(now: number, receiptHandle: string, seconds: number): void {
    if (seconds < 0 || seconds > 43_200) {
      throw new Invalid("InvalidParameterValue: VisibilityTimeout must be between 0 and 43200.")
    }
    const message = this.messages.find((each) => each.receiptHandle === receiptHandle)
    if (message === undefined || message.visibleAt <= now) {
      throw new Invalid("MessageNotInflight: The message is not available for a visibility timeout change.")
    }
    const visibleAt = now + seconds * 1000
    if (visibleAt > message.receivedAt + longestHidden) {
      throw new Invalid("InvalidParameterValue: Total VisibilityTimeout for the message is beyond the limit.")
    }
    this.show(message, visibleAt)
  }

  /** Gives it out once more, although it is hidden or was deleted: a standard queue delivers at least once. */
  repeat(now: number, { messageId, body, groupId, attributes, sentAt, receives }: Received): void {
    const still = this.messages.find((each) => each.messageId === messageId)
    const copy = { messageId, body, groupId, attributes, sentAt, receives, receivedAt: 0, receiptHandle: undefined }
    if (still === undefined) this.add({ ...copy, visibleAt: now })
    else this.show(still, now)
  }

  /** How many can be received now, and how many are hidden; of a FIFO queue a group's later messages are neither. */
  depth(now: number): { readonly visible: number; readonly hidden: number } {
    this.expire(now)
    const visible = this.messages.filter(({ visibleAt }) => visibleAt <= now).length
    return { visible, hidden: this.messages.length - visible }
  }

  /** When one can be received next: now, perhaps. Undefined where there is none. */
  nextAt(now: number): number | undefined {
    if (this.ready(now).length > 0) return now
    const later = this.messages.map(({ visibleAt }) => visibleAt).filter((at) => at > now)
    return later.length === 0 ? undefined : Math.min(...later)
  }

  /** Whatever is there, hidden or not. */
  contents(): ReadonlyArray<{ readonly messageId: string; readonly body: string }> {
    return this.messages
  }

  /** Every message as a new one on another queue, as a move task does. The number moved. */
  moveTo(now: number, queue: ModelQueue): number {
    const moving = this.messages.filter(({ visibleAt }) => visibleAt <= now)
    for (const message of moving) {
      this.remove(message)
      queue.send(now, { ...message, deduplicationId: `moved ${message.messageId} ${now}` })
    }
    return moving.length
  }

  // A FIFO queue gives out one group's messages in their order, and none as long as another of it is in flight.
  private ready(now: number): ReadonlyArray<Message> {
    const visible = this.messages.filter(({ visibleAt }) => visibleAt <= now)
    if (!this.fifo) return visible
    const held = new Set(this.messages.filter(({ visibleAt }) => visibleAt > now).map(({ groupId }) => groupId))
    return visible.filter(({ groupId }) => !held.has(groupId))
  }

  private isExhausted({ receives }: Message): boolean {
    const { redrive } = this.settings
    return redrive !== undefined && receives >= redrive.maxReceiveCount
  }

  // The id stays. So does the time of a standard queue's message, of which its retention is counted.
  private toDeadLetters(now: number, message: Message): void {
    this.remove(message)
    const sentAt = this.fifo ? now : message.sentAt
    const moved = { ...message, sentAt, visibleAt: now, receives: 0, receiptHandle: undefined }
    this.settings.redrive?.deadLetters.add(moved)
    this.onDead(message.messageId)
  }

  private expire(now: number): void {
    const oldest = now - Duration.toMillis(Duration.days(this.settings.retentionDays))
    this.messages = this.messages.filter(({ sentAt }) => sentAt >= oldest)
  }

  private add(message: Message): void {
    this.messages.push(message)
    this.onVisible(message.visibleAt)
  }

  private show(message: Message, at: number): void {
    message.visibleAt = at
    this.onVisible(at)
  }

  private remove(message: Message): void {
    this.messages = this.messages.filter((each) => each !== message)
  }

  private nextId(): string {
    this.count++
    return `${this.settings.name}-${this.count}`
  }
}

interface ReceiveOptions {
  readonly visibilityTimeoutSeconds?: number
  readonly mix?: <A>(all: ReadonlyArray<A>) => ReadonlyArray<A>
}

const same = <A>(all: ReadonlyArray<A>): ReadonlyArray<A> => all
