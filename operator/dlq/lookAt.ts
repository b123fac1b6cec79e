import * as Effect from "effect/Effect"
import { type Held, Queues } from "../aws/Queues.ts"
import { type DeadLetter, readDeadLetter } from "./DeadLetter.ts"
import type { DeadLetterQueue } from "./DeadLetterQueue.ts"

export interface Look {
  readonly letters: ReadonlyArray<DeadLetter>
  /** How many more there are: hidden just now or, in a FIFO queue, behind others of their group. */
  readonly unseen: number
}

/** Reads what lies in a dead-letter queue and leaves it there, to be received by others at once. */
export const lookAt = Effect.fnUntraced(function* ({ name, url }: DeadLetterQueue) {
  const queues = yield* Queues
  const { visible, hidden } = yield* queues.attributes(url)
  const held: Array<Held> = []
  yield* Effect.gen(function* () {
    while (held.length < visible) {
      const received = yield* queues.receive(url, visible - held.length)
      if (received.length === 0) return
      held.push(...received)
    }
  }).pipe(Effect.ensuring(Effect.suspend(() => Effect.ignore(queues.release(url, held)))))
  const letters = yield* Effect.forEach(held, (each) => readDeadLetter(name, each), { concurrency: 8 })
  return { letters: letters.sort(inOrder), unseen: visible + hidden - held.length } satisfies Look
})

const { compare } = new Intl.Collator("en", { numeric: true })

/** By run, then by what they are about: SQS gives them in any order. */
const inOrder = (one: DeadLetter, other: DeadLetter): number =>
  compare(`${one.runDate} ${one.about}`, `${other.runDate} ${other.about}`)
