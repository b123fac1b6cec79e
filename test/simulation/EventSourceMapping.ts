import * as Effect from "effect/Effect"
import { failedMessageIds } from "../../local/lambda/SqsBatch.ts"
import type { ModelQueue, ReceivedMessage } from "../model/ModelQueue.ts"
import { lambdaRecord } from "../model/modelSqs.ts"
import type { DeclaredStack } from "./declaredStack.ts"
import type { InvocationResult, LambdaFunctions, Simulation } from "./LambdaFunctions.ts"
import type { StageName } from "./stages.ts"

/** Of one message. */
interface Attempts {
  readonly body: string
  /** When it was received for the first and the last time. */
  first: number
  last: number
  receiveCount: number
  /** A fault, and not the function, decided about one of its retries. */
  disturbed: boolean
}

type Batch = Pick<InvocationResult, "isDisturbed" | "hadNoFaults"> & {
  readonly receivedAt: number
  readonly messages: ReadonlyArray<ReceivedMessage>
}

/** Invokes a function with the messages of a queue, and deletes those that the function did not report as failed. */
export class EventSourceMapping {
  readonly queue: ModelQueue
  readonly stage: StageName
  /** Ids of the messages whose latest attempt was excused by faults. */
  readonly excused = new Set<string>()
  /** The messages of each invocation. */
  readonly batches = new Map<string, Batch>()
  readonly attempts = new Map<string, Attempts>()
  /** Messages that the function reported as failed although no call failed. */
  readonly unexplainedFailures: Array<string> = []
  private readonly inputs: DeclaredStack["mappings"][number]["inputs"]
  private readonly simulation: Simulation
  private readonly functions: LambdaFunctions
  private running = 0
  private pollAt = Number.POSITIVE_INFINITY

  constructor(inputs: EventSourceMapping["inputs"], simulation: Simulation, functions: LambdaFunctions) {
    this.queue = simulation.account.findQueue(inputs.eventSourceArn)
    this.stage = inputs.functionName as StageName
    this.inputs = inputs
    this.simulation = simulation
    this.functions = functions
    this.queue.onVisible = (at) => this.schedulePoll(at)
    this.queue.onDeadLetter = (messageId) => this.record(`${messageId} is a dead letter`)
  }

  private record(event: string): void {
    this.simulation.timeline.record(`${this.queue.settings.name}: ${event}`)
  }

  private schedulePoll(visibleAt: number): void {
    const { random, timeline } = this.simulation
    if (this.pollAt <= visibleAt) return
    const delay = Math.max(0, visibleAt - timeline.now) + random.between(0, 1_500)
    const planned = timeline.now + delay
    this.pollAt = planned
    timeline.schedule(delay, () => {
      // An earlier poll was scheduled in the meantime.
      if (this.pollAt !== planned) return
      this.pollAt = Number.POSITIVE_INFINITY
      this.poll()
    })
  }

  private poll(): void {
    const { random, timeline } = this.simulation
    const { batchSize, scalingConfig } = this.inputs
    // Without a limit Lambda starts with five.
    const limit = scalingConfig?.maximumConcurrency ?? 5
    while (this.running < limit) {
      const batch = this.queue.receive(timeline.now, random.between(1, batchSize), { order: random.shuffle })
      if (batch.length === 0) break
      this.running++
      timeline.scheduleEffect(0, this.process(batch))
    }
    const next = this.queue.nextVisibleAt(timeline.now)
    if (next !== undefined && this.running < limit) this.schedulePoll(next)
  }

  private readonly process = Effect.fnUntraced(function* (
    this: EventSourceMapping,
    batch: ReadonlyArray<ReceivedMessage>
  ) {
    const { queue, stage } = this
    const { faults, timeline } = this.simulation
    const messages = batch.map(
      ({ messageId, receiveCount }) => `${messageId}${receiveCount === 1 ? "" : ` (${receiveCount})`}`
    )
    timeline.record(`${queue.settings.name} → ${stage}: ${messages.join(", ")}`)
    for (const message of batch) {
      this.countAttempt(message)
      if (!queue.fifo && faults.occurs("deliveredTwice")) this.deliverAgain(message)
    }
    const receivedAt = timeline.now
    const result = yield* this.functions.invoke(stage, { Records: batch.map((each) => lambdaRecord(queue, each)) })
    this.running--
    this.batches.set(result.invocation, { receivedAt, messages: batch, ...result })
    for (const { messageId, body } of batch) this.excused[result.isExcused(body) ? "add" : "delete"](messageId)
    if (!result.hadNoFaults) this.disturb(batch)
    const requestId = result.invocation
    const readsReports = this.inputs.functionResponseTypes?.includes("ReportBatchItemFailures") ?? false
    const failed = failedMessageIds(
      result.ok
        ? { ok: true, requestId, payload: readsReports ? result.response : undefined }
        : { ok: false, requestId, error: { errorType: "", errorMessage: "" } },
      batch.map(({ messageId }) => messageId)
    )
    if (failed.length > 0) this.record(`failed, to be retried: ${failed.join(", ")}`)
    if (result.hadNoFaults) {
      this.unexplainedFailures.push(...batch.filter((each) => failed.includes(each.messageId)).map(({ body }) => body))
    }
    if (faults.occurs("acknowledgementLost")) {
      this.record("an acknowledgement is lost")
      this.disturb(batch)
    } else {
      const completed = batch.filter(({ messageId }) => !failed.includes(messageId))
      for (const { receiptHandle } of completed) queue.delete(timeline.now, receiptHandle)
    }
    this.schedulePoll(timeline.now)
  })

  private deliverAgain(message: ReceivedMessage): void {
    const { random, timeline } = this.simulation
    timeline.schedule(random.between(0, 120_000), () => {
      this.record(`${message.messageId} is delivered twice`)
      this.disturb([message])
      this.queue.deliverAgain(timeline.now, message)
    })
  }

  private countAttempt({ body, messageId, receiveCount }: ReceivedMessage): void {
    const { now } = this.simulation.timeline
    const { first = now, disturbed = false } = this.attempts.get(messageId) ?? {}
    this.attempts.set(messageId, { body, first, last: now, receiveCount, disturbed })
  }

  private disturb(messages: ReadonlyArray<ReceivedMessage>): void {
    for (const { messageId } of messages) {
      const attempts = this.attempts.get(messageId)
      if (attempts !== undefined) attempts.disturbed = true
    }
  }
}
