import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schedule from "effect/Schedule"
import { MoveTasks } from "../aws/MoveTasks.ts"
import { type Held, Queues } from "../aws/Queues.ts"
import type { DeadLetterQueue, Name } from "./DeadLetterQueue.ts"
import { invokeAgain } from "./invokeAgain.ts"

export interface Redriven {
  readonly queue: Name
  readonly redriven: number
  readonly left: ReadonlyArray<{ readonly messageId?: string; readonly why: string }>
}

/** Gives each message of a dead-letter queue another chance: on the queue it came from, or with the function it failed. */
export const redrive = Effect.fnUntraced(function* (queue: DeadLetterQueue) {
  const { name, url, source } = queue
  if (source === undefined) return yield* oneByOne(queue, (held) => invokeAgain(name, held))
  return yield* move(url, source).pipe(
    Effect.map((outcome): Redriven => ({ queue: name, ...outcome })),
    Effect.catchIf(
      ({ unsupported }) => unsupported,
      () => oneByOne(queue, sendAgain(source))
    )
  )
})

const move = Effect.fnUntraced(function* (deadLetterQueue: string, source: string) {
  const queues = yield* Queues
  const tasks = yield* MoveTasks
  const from = yield* queues.attributes(deadLetterQueue)
  const to = yield* queues.attributes(source)
  yield* tasks.start(from.arn, to.arn)
  const { moved, failure } = yield* tasks
    .latest(from.arn)
    .pipe(Effect.repeat({ until: ({ isRunning }) => !isRunning, schedule: Schedule.spaced("1 second") }))
  return { redriven: moved, left: failure === undefined ? [] : [{ why: failure }] }
})

const sendAgain = (source: string) => (held: Held) =>
  Queues.use((queues) => queues.sendAgain(source, held, crypto.randomUUID()))

/** As many as were there at first, so that what fails again meanwhile and comes back is not redriven for ever. */
const oneByOne = Effect.fnUntraced(function* <E extends Error, R>(
  { name, url }: DeadLetterQueue,
  giveAgain: (held: Held) => Effect.Effect<void, E, R>
) {
  const queues = yield* Queues
  let { visible: remaining } = yield* queues.attributes(url)
  let redriven = 0
  const left: Array<{ readonly messageId: string; readonly why: string }> = []
  const kept: Array<Held> = []
  while (remaining > 0) {
    const received = yield* queues.receive(url, remaining)
    if (received.length === 0) break
    remaining -= received.length
    for (const held of received) {
      // Only what was taken elsewhere is removed here; to be cut off in between would leave it in both places.
      const outcome = yield* giveAgain(held).pipe(
        Effect.andThen(queues.remove(url, held)),
        Effect.uninterruptible,
        Effect.result
      )
      if (Result.isSuccess(outcome)) redriven++
      else {
        left.push({ messageId: held.messageId, why: outcome.failure.message })
        kept.push(held)
      }
    }
  }
  yield* queues.release(url, kept)
  return { queue: name, redriven, left } satisfies Redriven
})
