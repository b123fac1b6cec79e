import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import { ModelAccount, modelSecrets, modelServices } from "../../model/ModelAccount.ts"
import { modelOperatorServices } from "../../model/modelSqs.ts"
import { ConformanceTarget, type RunningTarget } from "../ConformanceTarget.ts"
import { readSecretWith } from "./awsTarget.ts"

const visibilitySeconds = 30
const queueSettings = { visibilityTimeoutSeconds: visibilitySeconds, retentionDays: 4 }

const makeTarget = (account: ModelAccount) => {
  const bucket = account.createBucket("scratch")
  const { name: table } = account.createTable("scratch")
  const notified = account.createQueue({ name: "notifications", ...queueSettings })
  account.addNotification(bucket, "csv/", ".csv", notified)
  const secretId = "scratch"
  let queues = 0

  return ConformanceTarget.of({
    bucket: bucket.name,
    table,
    secretId,
    setSecret: (text) => Effect.sync(() => account.putSecret(secretId, text)),
    readSecret: readSecretWith(modelSecrets(account)),
    newQueue: (type, visibilityTimeoutSeconds = visibilitySeconds) =>
      Effect.sync(() => {
        const suffix = type === "fifo" ? ".fifo" : ""
        const settings = { ...queueSettings, visibilityTimeoutSeconds }
        const deadLetterQueue = account.createQueue({ name: `dead-letters-${++queues}${suffix}`, ...settings })
        const redrive = { deadLetterQueue, maxReceiveCount: 3 }
        const { url } = account.createQueue({ name: `queue-${queues}${suffix}`, ...settings, redrive })
        return { url, deadLetterQueueUrl: deadLetterQueue.url }
      }),
    visibilitySeconds,
    notificationQueue: notified.url,
    receive: (url, atMost) => Effect.map(Clock.currentTimeMillis, (now) => account.findQueue(url).receive(now, atMost)),
    deleteMessage: (url, receiptHandle) =>
      Effect.map(Clock.currentTimeMillis, (now) => account.findQueue(url).delete(now, receiptHandle)),
    sleep: TestClock.adjust,
    patience: "1 minute"
  })
}

/** The in-memory model, with a new account and clock for each effect that is run. */
export const modelTarget: RunningTarget = {
  name: "model",
  run: (effect) =>
    Effect.suspend(() => {
      const account = new ModelAccount()
      const target = Layer.sync(ConformanceTarget, () => makeTarget(account))
      const services = Layer.mergeAll(target, modelServices(account), modelOperatorServices(account), TestClock.layer())
      return effect.pipe(Effect.scoped, Effect.provide(services))
    })
}
