import type { QueueDepth } from "../cloud/sqs/queueInspector.ts"
import type { InvocationResult } from "./LambdaEvents.ts"
import type { LambdaFunction } from "./LambdaFunction.ts"
import { invalidSetting } from "./mappingRules.ts"
import { errorMessage, type PlatformContext } from "./PlatformContext.ts"
import { DeadLetterWatch, type SourceQueue } from "./SourceQueue.ts"
import { BatchBuffer, failedMessageIds, type SqsRecord } from "./SqsBatch.ts"
import { CoalescedTask, type Timer } from "./VirtualClock.ts"

export interface EventSourceMappingDefinition {
  readonly uuid: string
  readonly functionName: string
  readonly queueArn: string
  readonly batchSize: number
  readonly maximumConcurrency?: number
  readonly maximumBatchingWindowSeconds?: number
  readonly reportBatchItemFailures: boolean
  readonly enabled: boolean
}

/** AWS starts with five where no maximum is declared. It then scales to 1,250, which one machine has no use for. */
const defaultConcurrency = 5

/** After so many failed polls (each already retried by the client), only a new message starts polling again. */
const pollsBeforeGivingUp = 3

/** Polls one queue under the function's role and invokes the function with batches of messages. */
export class EventSourceMapping {
  readonly #definition: EventSourceMappingDefinition
  readonly #queue: SourceQueue
  readonly #target: LambdaFunction
  readonly #context: PlatformContext
  readonly #name: string
  readonly #limit: number
  readonly #batch: BatchBuffer
  /** Received and not yet settled. Their visibility timeouts are no timers, since nothing starts when one ends. */
  readonly #inProgress = new Set<string>()
  readonly #polling = new CoalescedTask(() => this.#poll())
  #deadLetters = new DeadLetterWatch(undefined)
  #invocations = 0
  #failedPolls = 0

  constructor(
    definition: EventSourceMappingDefinition,
    queue: SourceQueue,
    target: LambdaFunction,
    context: PlatformContext
  ) {
    this.#definition = definition
    this.#queue = queue
    this.#target = target
    this.#context = context
    this.#name = target.definition.name
    this.#batch = new BatchBuffer(definition)
    this.#limit = definition.maximumConcurrency ?? defaultConcurrency
  }

  get queueArn(): string {
    return this.#definition.queueArn
  }

  /** Rejects as CreateEventSourceMapping does when the role lacks a permission or a setting does not fit the queue. */
  async open(): Promise<void> {
    await this.#context.clock.run(async () => {
      const attributes = await this.#queue.attributes()
      const invalid = invalidSetting(this.#definition, attributes, this.#target.definition.timeoutSeconds)
      if (invalid !== undefined) throw new Error(`InvalidParameterValueException: ${invalid}`)
      this.#deadLetters = new DeadLetterWatch(attributes.redrive)
      if (!this.#definition.enabled) return
      await this.#polling.request()
      if (this.#failedPolls > 0) throw new Error("InvalidParameterValueException: cannot call ReceiveMessage on SQS")
    })
  }

  /** Starts a poll; to be called when a message may have become visible. */
  wake(): void {
    const { clock } = this.#context
    if (!this.#definition.enabled || clock.stopped || this.#invocations >= this.#limit) return
    void clock.run(() => this.#polling.request())
  }

  async timers(): Promise<ReadonlyArray<Timer>> {
    if (!this.#definition.enabled) return []
    const depth = await this.#context.cloud.queues.depth(this.#queue.url)
    const timers = [...this.#visibilityTimers(depth), ...this.#batch.timers(() => this.#launch())]
    const mayPoll = this.#failedPolls < pollsBeforeGivingUp && this.#invocations < this.#limit
    return depth.visible > 0 && mayPoll && !this.#polling.running
      ? [{ id: `${this.#definition.uuid} visible`, dueAt: 0, fire: () => this.wake() }, ...timers]
      : timers
  }

  /** One for each message that will become visible and is in no invocation. */
  #visibilityTimers({ inFlight, delayed }: QueueDepth): ReadonlyArray<Timer> {
    const { url } = this.#queue
    return [...inFlight, ...delayed]
      .filter(({ messageId }) => !this.#inProgress.has(messageId))
      .map(({ messageId, visibleAt }) => ({
        id: `${url} ${messageId} ${visibleAt}`,
        dueAt: visibleAt,
        fire: async () => {
          await this.#context.cloud.queues.makeVisible(url, messageId)
          this.wake()
        }
      }))
  }

  async #poll(): Promise<void> {
    try {
      while (this.#invocations < this.#limit && !this.#context.clock.stopped) {
        const records = await this.#receive()
        this.#failedPolls = 0
        this.#batch.add(records)
        if (this.#batch.ready) this.#launch()
        else if (records.length === 0) return
      }
    } catch (cause) {
      const denied = cause instanceof Error && cause.name.startsWith("AccessDenied")
      this.#failedPolls = denied ? pollsBeforeGivingUp : this.#failedPolls + 1
      if (this.#failedPolls < pollsBeforeGivingUp) return
      this.#reportRefusal(`receiving for ${this.#name}: ${errorMessage(cause)}`)
    }
  }

  async #receive(): Promise<ReadonlyArray<SqsRecord>> {
    const { cloud, events } = this.#context
    const records = await this.#queue.receive(this.#batch.capacity)
    for (const record of records) this.#inProgress.add(record.messageId)
    if (this.#deadLetters.hasCandidates) {
      for (const { queueArn, detail } of this.#deadLetters.takeMoved(await cloud.queues.depth(this.#queue.url))) {
        events.emit("deadLettered", { queueArn, cause: "receives", from: this.#name, detail })
      }
    }
    return records
  }

  #launch(): void {
    const { clock } = this.#context
    const records = this.#batch.take()
    if (records.length === 0) return
    this.#invocations++
    void clock.run(async () => {
      const result = await this.#target.invoke({ Records: records }, { records })
      if (!clock.stopped) await this.#settle(records, result)
      for (const record of records) this.#inProgress.delete(record.messageId)
      this.#invocations--
      this.wake()
    })
  }

  /** Deletes the messages that did not fail. A failed one comes back when its own visibility timeout ends. */
  async #settle(records: ReadonlyArray<SqsRecord>, result: InvocationResult): Promise<void> {
    const ids = records.map((record) => record.messageId)
    const failed = failedMessageIds(result, ids, this.#definition)
    const { deleted, refusal } = await this.#queue.delete(
      records.filter(({ messageId }) => !failed.includes(messageId))
    )
    if (refusal !== undefined) this.#reportRefusal(`deleting for ${this.#name}: ${refusal}`)
    this.#deadLetters.recordFailed(records.filter(({ messageId }) => failed.includes(messageId)))
    const { requestId } = result
    this.#context.events.emit("batchSettled", { function: this.#name, requestId, deleted, failed })
  }

  #reportRefusal(detail: string): void {
    this.#context.reportRefusal("lambda", this.#queue.arn, detail)
  }
}
