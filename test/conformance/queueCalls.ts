import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { Sqs } from "../../services/Sqs.ts"
import { expectEqual, receiveOne } from "./expecting.ts"
import { Site } from "./Site.ts"

export const send = (queueUrl: string, ...bodies: ReadonlyArray<string>) =>
  Sqs.use(({ sendAll }) =>
    sendAll(
      queueUrl,
      bodies.map((body) => ({ body }))
    )
  )

export const changeVisibility = (queueUrl: string, receiptHandle: string, seconds: number) =>
  Sqs.use(({ changeVisibility }) => changeVisibility(queueUrl, receiptHandle, seconds))

/** The visibility timeout of a queue of the site's own, and a second more. */
export const untilVisible = Effect.flatMap(Site, ({ pass, visibilitySeconds }) =>
  pass(Duration.seconds(visibilitySeconds + 1))
)

/** A queue whose messages come back only where something is done about it, while a behaviour looks. */
export const newPatientQueue = (kind: "standard" | "fifo") =>
  Effect.flatMap(Site, ({ newQueue }) => newQueue(kind, 600))

/** Receives a message as often as its queue allows; it is visible again at once, and the next receive is its end. */
export const receiveThrice = Effect.fnUntraced(function* (queueUrl: string) {
  for (const count of [1, 2]) {
    const { receiptHandle, receiveCount } = yield* receiveOne(queueUrl)
    yield* expectEqual("The receive count", receiveCount, count)
    yield* changeVisibility(queueUrl, receiptHandle, 0)
  }
  const last = yield* receiveOne(queueUrl)
  yield* expectEqual("The receive count", last.receiveCount, 3)
  yield* changeVisibility(queueUrl, last.receiptHandle, 0)
  return last
})
