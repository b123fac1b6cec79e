import type { LambdaCloud, QueueDepth } from "./LambdaCloud.ts"
import type { InvocationResult, LambdaEvents } from "./LambdaEvents.ts"
import type { LambdaFunction } from "./LambdaFunction.ts"
import { type EventSourceMappingDefinition, invalidSetting } from "./mappingRules.ts"
import { DeadLetterWatch, type SourceQueue } from "./SourceQueue.ts"
import { BatchBuffer, failedMessageIds, type SqsRecord } from "./SqsBatch.ts"
import { errorMessage } from "./SqsClients.ts"
import { CoalescedTask, type Timer, type VirtualClock } from "./VirtualClock.ts"

/** What AWS starts with where no maximum is declared; it goes up to 1,250, which is of no use on one machine. */
const undeclaredConcurrency = 5

/** After these (the client has repeated each several times), it takes a new message for the mapping to poll again. */
const pollsBeforeGivingUp = 3

interface Surroundings {
  readonly queue: SourceQueue
  readonly target: LambdaFunction
  readonly queues: LambdaCloud["queues"]
  readonly agenda: VirtualClock
  readonly events: LambdaEvents
}

/** Polls one queue under the function's role and invokes the function with batches of what it finds. */
export class EventSourceMapping {
  readonly #definition: EventSourceMappingDefinition
  readonly #at: Surroundings
  readonly #name: string
  readonly #limit: number
  readonly #batch: BatchBuffer
  /** Received and not yet settled: their leases are no waits, since nothing begins when one ends. */
  readonly #held = new Set<string>()
  readonly #polling = new CoalescedTask(() => this.#poll())
  #exhausted = new DeadLetterWatch(undefined)
  #invocations = 0
  #failedPolls = 0

  constructor(definition: EventSourceMappingDefinition, surroundings: Surroundings) {
    this.#definition = definition
    this.#at = surroundings
    this.#name = surroundings.target.definition.name
    this.#batch = new BatchBuffer(definition)
    this.#limit = definition.maximumConcurrency ?? undeclaredConcurrency
  }

  get queueArn(): string {
    return this.#definition.queueArn
  }

  /** Rejects as CreateEventSourceMapping does, where the role lacks a permission or the settings do not fit the queue. */
  async open(): Promise<void> {
    const { agenda, queue, target } = this.#at
    await agenda.run(async () => {
      const attributes = await queue.attributes()
      const refusal = invalidSetting(this.#definition, attributes, target.definition.timeoutSeconds)
      if (refusal !== undefined) throw new Error(`InvalidParameterValueException: ${refusal}`)
      this.#exhausted = new DeadLetterWatch(attributes.redrive)
      if (!this.#definition.enabled) return
      await this.#polling.request()
      if (this.#failedPolls > 0) throw new Error("InvalidParameterValueException: cannot call ReceiveMessage on SQS")
    })
  }

  /** To be called whenever there may be something to receive. */
  wake(): void {
    const { agenda } = this.#at
    if (!this.#definition.enabled || agenda.stopped || this.#invocations >= this.#limit) return
    void agenda.run(() => this.#polling.request())
  }

  async timers(): Promise<ReadonlyArray<Timer>> {
    const { queue, queues } = this.#at
    if (!this.#definition.enabled) return []
    const depth = await queues.depth(queue.url)
    const hasten = async (messageId: string) => {
      await queues.makeVisible(queue.url, messageId)
      this.wake()
    }
    const waits = [
      ...visibilityTimers(queue.url, depth, this.#held, hasten),
      ...this.#batch.timers(() => this.#launch())
    ]
    const mayPoll = this.#failedPolls < pollsBeforeGivingUp && this.#invocations < this.#limit
    return depth.visible > 0 && mayPoll && !this.#polling.running
      ? [{ id: `${this.#definition.uuid} visible`, dueAt: 0, fire: () => this.wake() }, ...waits]
      : waits
  }

  async #poll(): Promise<void> {
    try {
      while (this.#invocations < this.#limit && !this.#at.agenda.stopped) {
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
      this.#tellRefused(`receiving for ${this.#name}: ${errorMessage(cause)}`)
    }
  }

  async #receive(): Promise<ReadonlyArray<SqsRecord>> {
    const { events, queue, queues } = this.#at
    const records = await queue.receive(this.#batch.capacity)
    for (const record of records) this.#held.add(record.messageId)
    if (this.#exhausted.hasCandidates) {
      for (const { queueArn, detail } of this.#exhausted.takeMoved(await queues.depth(queue.url))) {
        events.emit("deadLettered", { queueArn, cause: "receives", from: this.#name, detail })
      }
    }
    return records
  }

  #launch(): void {
    const { agenda, target } = this.#at
    const records = this.#batch.take()
    if (records.length === 0) return
    this.#invocations++
    void agenda.run(async () => {
      const result = await target.invoke({ Records: records }, { records })
      if (!agenda.stopped) await this.#settle(records, result)
      for (const record of records) this.#held.delete(record.messageId)
      this.#invocations--
      this.wake()
    })
  }

  /** Deletes what did not fail; what failed is not touched, so its own visibility timeout decides when it comes back. */
  async #settle(records: ReadonlyArray<SqsRecord>, result: InvocationResult): Promise<void> {
    const { events, queue } = this.#at
    const ids = records.map((record) => record.messageId)
    const failed = failedMessageIds(result, ids, this.#definition)
    const { deleted, refusal } = await queue.delete(records.filter(({ messageId }) => !failed.includes(messageId)))
    if (refusal !== undefined) this.#tellRefused(`deleting for ${this.#name}: ${refusal}`)
    this.#exhausted.recordFailed(records.filter(({ messageId }) => failed.includes(messageId)))
    events.emit("batchSettled", { function: this.#name, requestId: result.requestId, deleted, failed })
  }

  #tellRefused(detail: string): void {
    const { agenda, events, queue } = this.#at
    if (!agenda.stopped) events.emit("refused", { service: "lambda", resource: queue.arn, detail })
  }
}

/** The messages of a queue that will become visible and that nobody is working on, as waits. */
export const visibilityTimers = (
  queueUrl: string,
  { inFlight, delayed }: QueueDepth,
  held: ReadonlySet<string>,
  begin: (messageId: string) => Promise<void>
): ReadonlyArray<Timer> =>
  [...inFlight, ...delayed]
    .filter(({ messageId }) => !held.has(messageId))
    .map(({ messageId, visibleAt }) => ({
      id: `${queueUrl} ${messageId} ${visibleAt}`,
      dueAt: visibleAt,
      fire: () => begin(messageId)
    }))
