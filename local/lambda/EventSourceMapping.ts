import type { Agenda, Wait } from "./Agenda.ts"
import { failedOf } from "./batchResponse.ts"
import { Exhausted } from "./Exhausted.ts"
import { GatheredBatch } from "./GatheredBatch.ts"
import type { InvocationResult } from "./Invocation.ts"
import type { LambdaCloud } from "./LambdaCloud.ts"
import type { LambdaEvents } from "./LambdaEvents.ts"
import type { LambdaFunction } from "./LambdaFunction.ts"
import { type EventSourceMappingDefinition, refusalOf } from "./mappingRules.ts"
import { messageOf } from "./messageOf.ts"
import { Rerun } from "./Rerun.ts"
import type { SourceQueue } from "./SourceQueue.ts"
import type { SqsRecord } from "./sqsEvent.ts"

/** What AWS starts with where no maximum is declared; it goes up to 1,250, which is of no use on one machine. */
const undeclaredConcurrency = 5

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
  #refused = false

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
      if (this.#refused) throw new Error("InvalidParameterValueException: cannot call ReceiveMessage on SQS")
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
    const { visible, inFlight, delayed } = await queues.depth(queue.url)
    const waits: Array<Wait> = [...inFlight, ...delayed]
      .filter(({ messageId }) => !this.#held.has(messageId))
      .map(({ messageId, visibleAt }) => ({
        id: `${queue.url} ${messageId} ${visibleAt}`,
        dueAt: visibleAt,
        begin: async () => {
          await queues.hasten(queue.url, messageId)
          this.wake()
        }
      }))
    waits.push(...this.#batch.waits(() => this.#launch()))
    if (visible > 0 && !this.#polling.running && !this.#refused && this.#invocations < this.#limit) {
      waits.push({ id: `${this.#definition.uuid} visible`, dueAt: 0, begin: () => this.wake() })
    }
    return waits
  }

  async #poll(): Promise<void> {
    this.#refused = false
    try {
      while (this.#invocations < this.#limit && !this.#at.agenda.stopped) {
        const records = await this.#receive()
        this.#batch.add(records)
        if (this.#batch.ready) this.#launch()
        else if (records.length === 0) return
      }
    } catch (cause) {
      this.#refused = true
      this.#tellRefused("receiving", cause)
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
    const ids = records.map((record) => record.messageId)
    const failed = failedOf(result, ids, this.#definition)
    const done = records.filter((record) => !failed.includes(record.messageId))
    const undeleted = await this.#at.queue.delete(done).catch((cause) => {
      this.#tellRefused("deleting", cause)
      return done.map((record) => record.messageId)
    })
    this.#exhausted.note(records.filter((record) => failed.includes(record.messageId)))
    this.#at.events.emit("batchSettled", {
      function: this.#name,
      requestId: result.requestId,
      deleted: done.map((record) => record.messageId).filter((id) => !undeleted.includes(id)),
      failed
    })
  }

  #tellRefused(doing: string, cause: unknown): void {
    const { agenda, events, queue } = this.#at
    if (agenda.stopped) return
    const detail = `${doing} for ${this.#name}: ${messageOf(cause)}`
    events.emit("refused", { service: "lambda", resource: queue.arn, detail })
  }
}
