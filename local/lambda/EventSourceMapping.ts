import { DeleteMessageBatchCommand, GetQueueAttributesCommand, ReceiveMessageCommand } from "@aws-sdk/client-sqs"
import type { SQSRecord } from "aws-lambda"
import type { QueueDepth } from "../cloud/sqs/queueInspector.ts"
import type { InvocationResult } from "./LambdaEvents.ts"
import type { LambdaFunction } from "./LambdaFunction.ts"
import { errorMessage, type PlatformContext } from "./PlatformContext.ts"
import { failedMessageIds, sqsRecord } from "./SqsBatch.ts"
import { CoalescedTask, type Timer } from "./VirtualClock.ts"

export interface EventSourceMappingDefinition {
  readonly uuid: string
  readonly functionName: string
  readonly queueArn: string
  /** At most 10, so that a batch is one receive. */
  readonly batchSize: number
  readonly maximumConcurrency: number
}

interface RedrivePolicy {
  readonly deadLetterTargetArn: string
  readonly maxReceiveCount: number
}

/** After so many failed polls (each already retried by the client), only a new message starts polling again. */
const pollsBeforeGivingUp = 3

/** Polls one queue under the function's role and invokes the function with batches of messages. */
export class EventSourceMapping {
  readonly #definition: EventSourceMappingDefinition
  readonly #target: LambdaFunction
  readonly #context: PlatformContext
  readonly #url: string
  readonly #polling = new CoalescedTask(() => this.#poll())
  #redrive: RedrivePolicy | undefined
  #invocations = 0
  #failedPolls = 0

  constructor(definition: EventSourceMappingDefinition, target: LambdaFunction, context: PlatformContext) {
    this.#definition = definition
    this.#target = target
    this.#context = context
    this.#url = context.queueUrl(definition.queueArn)
  }

  get queueArn(): string {
    return this.#definition.queueArn
  }

  get #sqs() {
    return this.#context.sqs(this.#target.definition.roleArn)
  }

  /** Rejects as CreateEventSourceMapping does when the role lacks a permission or the function may outlast the queue. */
  async open(): Promise<void> {
    await this.#context.clock.run(async () => {
      const { Attributes = {} } = await this.#sqs.send(
        new GetQueueAttributesCommand({ QueueUrl: this.#url, AttributeNames: ["All"] })
      )
      const { timeoutSeconds } = this.#target.definition
      if (Number(Attributes.VisibilityTimeout) < timeoutSeconds) {
        throw new Error(
          `InvalidParameterValueException: Queue visibility timeout: ${Attributes.VisibilityTimeout} seconds is less than Function timeout: ${timeoutSeconds} seconds`
        )
      }
      this.#redrive = Attributes.RedrivePolicy === undefined ? undefined : JSON.parse(Attributes.RedrivePolicy)
      await this.#polling.request()
      if (this.#failedPolls > 0) throw new Error("InvalidParameterValueException: cannot call ReceiveMessage on SQS")
    })
  }

  /** Starts a poll; to be called when a message may have become visible. */
  wake(): void {
    if (!this.#context.clock.stopped && this.#mayInvoke) void this.#context.clock.run(() => this.#polling.request())
  }

  async timers(): Promise<ReadonlyArray<Timer>> {
    const depth = await this.#context.cloud.queues.depth(this.#url)
    const timers = this.#visibilityTimers(depth)
    const mayPoll = this.#failedPolls < pollsBeforeGivingUp && this.#mayInvoke && !this.#polling.running
    return depth.visible > 0 && mayPoll
      ? [{ id: `${this.#definition.uuid} visible`, dueAt: 0, fire: () => this.wake() }, ...timers]
      : timers
  }

  get #mayInvoke(): boolean {
    return this.#invocations < this.#definition.maximumConcurrency
  }

  /** One for each message that will become visible. No time is skipped while an invocation still has the message. */
  #visibilityTimers({ inFlight, delayed }: QueueDepth): ReadonlyArray<Timer> {
    return [...inFlight, ...delayed].map(({ messageId, visibleAt }) => ({
      id: `${this.#url} ${messageId} ${visibleAt}`,
      dueAt: visibleAt,
      fire: async () => {
        await this.#context.cloud.queues.makeVisible(this.#url, messageId)
        this.wake()
      }
    }))
  }

  async #poll(): Promise<void> {
    try {
      while (this.#mayInvoke && !this.#context.clock.stopped) {
        const records = await this.#receive()
        this.#failedPolls = 0
        if (records.length === 0) return
        this.#launch(records)
      }
    } catch (cause) {
      const denied = cause instanceof Error && cause.name.startsWith("AccessDenied")
      this.#failedPolls = denied ? pollsBeforeGivingUp : this.#failedPolls + 1
      if (this.#failedPolls < pollsBeforeGivingUp) return
      this.#reportRefusal(`receiving for ${this.#definition.functionName}: ${errorMessage(cause)}`)
    }
  }

  /** Without waiting: a long poll would have to be aborted, and an aborted one loses a message. */
  async #receive(): Promise<ReadonlyArray<SQSRecord>> {
    const { Messages = [] } = await this.#sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: this.#url,
        MaxNumberOfMessages: this.#definition.batchSize,
        WaitTimeSeconds: 0,
        MessageSystemAttributeNames: ["All"]
      })
    )
    return Messages.map((message) => sqsRecord(message, this.queueArn))
  }

  #launch(records: ReadonlyArray<SQSRecord>): void {
    const { clock } = this.#context
    this.#invocations++
    void clock.run(async () => {
      const result = await this.#target.invoke({ Records: records }, { records })
      if (!clock.stopped) await this.#settle(records, result)
      this.#invocations--
      this.wake()
    })
  }

  /**
   * Deletes the messages that did not fail. A failed one comes back when its own visibility timeout ends, unless the
   * function has deleted it itself.
   */
  async #settle(records: ReadonlyArray<SQSRecord>, result: InvocationResult): Promise<void> {
    const { functionName } = this.#definition
    const ids = records.map(({ messageId }) => messageId)
    const reported = failedMessageIds(result, ids)
    const deleted = await this.#delete(records.filter(({ messageId }) => !reported.includes(messageId)))
    const left = reported.length === 0 ? new Set() : await this.#context.cloud.queues.messageIds(this.#url)
    const failed = reported.filter((messageId) => left.has(messageId))
    const { events } = this.#context
    events.emit("batchSettled", { function: functionName, requestId: result.requestId, deleted, failed })
    if (this.#redrive === undefined) return
    const { deadLetterTargetArn: queueArn, maxReceiveCount } = this.#redrive
    for (const { messageId, attributes, body } of records) {
      if (!failed.includes(messageId) || Number(attributes.ApproximateReceiveCount) < maxReceiveCount) continue
      const receives = `message ${messageId} after ${maxReceiveCount} receives`
      const detail = result.ok ? receives : `${receives}: ${result.error.errorType}: ${result.error.errorMessage}`
      events.emit("deadLettered", { queueArn, cause: "receives", from: functionName, detail, body })
    }
  }

  /** Returns the ids of the deleted messages. */
  async #delete(records: ReadonlyArray<SQSRecord>): Promise<ReadonlyArray<string>> {
    if (records.length === 0) return []
    const Entries = records.map(({ messageId, receiptHandle }) => ({ Id: messageId, ReceiptHandle: receiptHandle }))
    try {
      const { Successful = [], Failed: [failure] = [] } = await this.#sqs.send(
        new DeleteMessageBatchCommand({ QueueUrl: this.#url, Entries })
      )
      if (failure !== undefined) {
        this.#reportRefusal(`deleting for ${this.#definition.functionName}: ${failure.Message}`)
      }
      return Successful.map(({ Id = "" }) => Id)
    } catch (cause) {
      this.#reportRefusal(`deleting for ${this.#definition.functionName}: ${errorMessage(cause)}`)
      return []
    }
  }

  #reportRefusal(detail: string): void {
    this.#context.reportRefusal("lambda", this.queueArn, detail)
  }
}
