import type { Agenda, Wait } from "./Agenda.ts"
import { failedOf } from "./batchResponse.ts"
import { Exhausted } from "./Exhausted.ts"
import { GatheredBatch } from "./GatheredBatch.ts"
import type { InvocationResult } from "./Invocation.ts"
import type { LambdaCloud } from "./LambdaCloud.ts"
import type { LambdaEvents } from "./LambdaEvents.ts"
import type { LambdaFunction } from "./LambdaFunction.ts"
import { leases } from "./leases.ts"
import { type EventSourceMappingDefinition, refusalOf } from "./mappingRules.ts"
import { messageOf } from "./messageOf.ts"
import { Rerun } from "./Rerun.ts"
import type { SourceQueue } from "./SourceQueue.ts"
import type { SqsRecord } from "./sqsEvent.ts"

/** What AWS starts with where no maximum is declared; it goes up to 1,250, which is of no use on one machine. */
const undeclaredConcurrency = 5

/** After these (the client has repeated each several times), it takes a new message for the mapping to poll again. */
const pollsBeforeGivingUp = 3

interface Surroundings {
  readonly queue: SourceQueue
  readonly target: LambdaFunction
  readonly queues: LambdaCloud["queues"]
  readonly agenda: Agenda
  readonly events: LambdaEvents
}

/** Polls one queue under the function's role and invokes the function with batches of what it finds. */
export class EventSourceMapping {
  readonly #definition: EventSourceMappingDefinition
  readonly #at: Surroundings
  readonly #name: string
  readonly #limit: number
  readonly #batch: GatheredBatch
  /** Received and not yet settled: their leases are no waits, since nothing begins when one ends. */
  readonly #held = new Set<string>()
  readonly #polling = new Rerun(() => this.#poll())
  #exhausted = new Exhausted(undefined)
  #invocations = 0
  #failedPolls = 0

  constructor(definition: EventSourceMappingDefinition, surroundings: Surroundings) {
    this.#definition = definition
    this.#at = surroundings
    this.#name = surroundings.target.definition.name
    this.#batch = new GatheredBatch(definition)
    this.#limit = definition.maximumConcurrency ?? undeclaredConcurrency
  }

  get queueArn(): string {
    return this.#definition.queueArn
  }

  /** Rejects as CreateEventSourceMapping does, where the role lacks a permission or the settings do not fit the queue. */
  async open(): Promise<void> {
    const { agenda, queue, target } = this.#at
    await agenda.during(async () => {
      const attributes = await queue.attributes()
      const refusal = refusalOf(this.#definition, attributes, target.definition.timeoutSeconds)
      if (refusal !== undefined) throw new Error(`InvalidParameterValueException: ${refusal}`)
      this.#exhausted = new Exhausted(attributes.redrive)
      if (!this.#definition.enabled) return
      await this.#polling.ask()
      if (this.#failedPolls > 0) throw new Error("InvalidParameterValueException: cannot call ReceiveMessage on SQS")
    })
  }

  /** To be called whenever there may be something to receive. */
  wake(): void {
    const { agenda } = this.#at
    if (!this.#definition.enabled || agenda.stopped || this.#invocations >= this.#limit) return
    void agenda.during(() => this.#polling.ask())
  }

  async waits(): Promise<ReadonlyArray<Wait>> {
    const { queue, queues } = this.#at
    if (!this.#definition.enabled) return []
    const depth = await queues.depth(queue.url)
    const hasten = async (messageId: string) => {
      await queues.makeVisible(queue.url, messageId)
      this.wake()
    }
    const waits = [...leases(queue.url, depth, this.#held, hasten), ...this.#batch.waits(() => this.#launch())]
    const mayPoll = this.#failedPolls < pollsBeforeGivingUp && this.#invocations < this.#limit
    return depth.visible > 0 && mayPoll && !this.#polling.running
      ? [{ id: `${this.#definition.uuid} visible`, dueAt: 0, begin: () => this.wake() }, ...waits]
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
      this.#tellRefused(`receiving for ${this.#name}: ${messageOf(cause)}`)
    }
  }

  async #receive(): Promise<ReadonlyArray<SqsRecord>> {
    const { events, queue, queues } = this.#at
    const records = await queue.receive(this.#batch.room)
    for (const record of records) this.#held.add(record.messageId)
    if (this.#exhausted.some) {
      for (const { queueArn, detail } of this.#exhausted.moved(await queues.depth(queue.url))) {
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
    void agenda.during(async () => {
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
    const failed = failedOf(result, ids, this.#definition)
    const { deleted, refusal } = await queue.delete(records.filter(({ messageId }) => !failed.includes(messageId)))
    if (refusal !== undefined) this.#tellRefused(`deleting for ${this.#name}: ${refusal}`)
    this.#exhausted.note(records.filter(({ messageId }) => failed.includes(messageId)))
    events.emit("batchSettled", { function: this.#name, requestId: result.requestId, deleted, failed })
  }

  #tellRefused(detail: string): void {
    const { agenda, events, queue } = this.#at
    if (!agenda.stopped) events.emit("refused", { service: "lambda", resource: queue.arn, detail })
  }
}
