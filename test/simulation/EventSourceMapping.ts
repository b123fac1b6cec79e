import * as Effect from "effect/Effect"
import { failedMessageIds } from "../../local/lambda/SqsBatch.ts"
import type { ModelQueue, ReceivedMessage } from "../model/ModelQueue.ts"
import { lambdaRecord } from "../model/modelSqs.ts"
import type { FaultInjector } from "./FaultInjector.ts"
import type { LambdaFunctions } from "./LambdaFunctions.ts"
import type { StageName } from "./stages.ts"
import type { SeededRandom, Timeline } from "./Timeline.ts"

interface Mapping {
  readonly queue: ModelQueue
  readonly stage: StageName
  readonly batchSize: number
  readonly reportBatchItemFailures: boolean
  readonly maximumConcurrency: number
}

interface Surroundings {
  readonly functions: LambdaFunctions
  readonly befalling: FaultInjector
  readonly dice: SeededRandom
  readonly world: Timeline
}

/** One event source mapping: hands a queue's messages to a function, and deletes those that it did not report failed. */
export class EventSourceMapping {
  /** Messages, by id, whose latest receive was handed to a function that could not do all it should have. */
  readonly hindered = new Set<string>()
  /** What each invocation was handed, by its id. */
  readonly batches = new Map<string, ReadonlyArray<string>>()
  /** Of each message, by its id: when it was handed over first and last, how often, and whether its waits were its own. */
  readonly tries = new Map<string, { first: number; last: number; receives: number; disturbed: boolean }>()
  /** Messages that a function gave back although nothing was refused it, and nothing slow. */
  readonly groundless: Array<string> = []
  readonly mapping: Mapping
  private readonly at: Surroundings
  private running = 0
  private pollAt = Number.POSITIVE_INFINITY

  constructor(mapping: Mapping, surroundings: Surroundings) {
    this.mapping = mapping
    this.at = surroundings
    mapping.queue.onVisible = (at) => this.wake(at)
    mapping.queue.onDeadLetter = (messageId) =>
      surroundings.world.record(`${mapping.queue.settings.name}: ${messageId} is a dead letter`)
  }

  private wake(visibleAt: number): void {
    const { dice, world } = this.at
    if (this.pollAt <= visibleAt) return
    const wait = Math.max(0, visibleAt - world.now) + dice.between(0, 1_500)
    this.pollAt = world.now + wait
    const planned = this.pollAt
    world.schedule(wait, () => {
      // An earlier one was planned since.
      if (this.pollAt !== planned) return
      this.pollAt = Number.POSITIVE_INFINITY
      this.poll()
    })
  }

  private poll(): void {
    const { dice, world } = this.at
    const { queue, batchSize, maximumConcurrency } = this.mapping
    while (this.running < maximumConcurrency) {
      const received = queue.receive(world.now, dice.between(1, batchSize), { order: dice.shuffle })
      if (received.length === 0) break
      this.running++
      world.scheduleEffect(0, this.handOver(received))
    }
    const next = queue.nextVisibleAt(world.now)
    if (next !== undefined && this.running < maximumConcurrency) this.wake(next)
  }

  private readonly handOver = Effect.fnUntraced(function* (
    this: EventSourceMapping,
    received: ReadonlyArray<ReceivedMessage>
  ) {
    const { befalling, dice, functions, world } = this.at
    const { queue, stage } = this.mapping
    world.record(`${queue.settings.name} → ${stage}: ${received.map(inWords).join(", ")}`)
    for (const message of received) {
      this.note(message)
      // A standard queue delivers at least once, and sometimes more.
      if (!queue.fifo && befalling.happens("twice")) {
        world.schedule(dice.between(0, 120_000), () => {
          world.record(`${queue.settings.name}: ${message.messageId} comes twice`)
          this.disturb([message])
          queue.deliverAgain(world.now, message)
        })
      }
    }
    const outcome = yield* functions.invoke(stage, { Records: received.map((each) => lambdaRecord(queue, each)) })
    this.running--
    this.batches.set(
      outcome.invocation,
      received.map(({ body }) => body)
    )
    for (const { messageId, body } of received) this.hindered[outcome.hindered(body) ? "add" : "delete"](messageId)
    if (!outcome.wellServed) this.disturb(received)
    const failed = failedMessageIds(
      outcome.ok
        ? { ok: true, requestId: outcome.invocation, payload: outcome.answer }
        : { ok: false, requestId: outcome.invocation, error: { kind: "exit", errorType: "", errorMessage: "" } },
      received.map(({ messageId }) => messageId),
      this.mapping
    )
    if (failed.length > 0) world.record(`${queue.settings.name}: failed, and comes back: ${failed.join(", ")}`)
    if (outcome.wellServed) {
      const back = received.filter(({ messageId }) => failed.includes(messageId))
      this.groundless.push(...back.map(({ body }) => body))
    }
    if (befalling.happens("acknowledgementLost")) {
      world.record(`${queue.settings.name}: an acknowledgement is lost`)
      this.disturb(received)
    } else {
      for (const { messageId, receiptHandle } of received) {
        if (!failed.includes(messageId)) queue.delete(world.now, receiptHandle)
      }
    }
    this.wake(world.now)
  })

  private note({ messageId, receiveCount: receives }: ReceivedMessage): void {
    const { now } = this.at.world
    const { first = now, disturbed = false } = this.tries.get(messageId) ?? {}
    this.tries.set(messageId, { first, last: now, receives, disturbed })
  }

  private disturb(messages: ReadonlyArray<ReceivedMessage>): void {
    for (const { messageId } of messages) {
      const tried = this.tries.get(messageId)
      if (tried !== undefined) tried.disturbed = true
    }
  }
}

const inWords = ({ messageId, receiveCount: receives }: ReceivedMessage): string =>
  `${messageId}${receives === 1 ? "" : ` (${receives})`}`
