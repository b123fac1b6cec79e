import * as Clock from "effect/Clock"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/testing/TestClock"
import { variable } from "../../../domain/variables.ts"
import { Secrets, SecretUnreadable } from "../../../services/Secrets.ts"
import { ModelAccount, modelSecrets, modelServices } from "../../model/ModelAccount.ts"
import { modelOperatorServices } from "../../model/modelSqs.ts"
import { ConformanceTarget } from "../ConformanceTarget.ts"

const retentionDays = 4
const visibilitySeconds = 30

const siteOn = (account: ModelAccount) => {
  const bucket = account.createBucket("scratch")
  const { name: table } = account.createTable("scratch")
  const arrivals = account.createQueue({ name: "arrivals", visibilityTimeoutSeconds: visibilitySeconds, retentionDays })
  account.addNotification(bucket, "csv/", ".csv", arrivals)
  const secret = "scratch"
  let queues = 0

  return ConformanceTarget.of({
    name: "model",
    bucket: bucket.name,
    table,
    secret,
    setSecret: (text) => Effect.sync(() => account.putSecret(secret, text)),
    readSecret: (id) =>
      Secrets.use(({ omdbApiKey }) => omdbApiKey).pipe(
        Effect.map(Redacted.value),
        Effect.provide(Layer.fresh(modelSecrets(account))),
        Effect.catchTag("ConfigError", ({ message }) => new SecretUnreadable({ secret: id, detail: message })),
        Effect.provideService(
          ConfigProvider.ConfigProvider,
          ConfigProvider.fromUnknown({ [variable.omdbApiKeySecret]: id })
        )
      ),
    newQueue: (kind, visibilityTimeoutSeconds = visibilitySeconds) =>
      Effect.sync(() => {
        const suffix = kind === "fifo" ? ".fifo" : ""
        const settings = { visibilityTimeoutSeconds, retentionDays }
        const deadLetters = account.createQueue({ name: `dead-letters-${++queues}${suffix}`, ...settings })
        const redrive = { deadLetterQueue: deadLetters, maxReceiveCount: 3 }
        const { url } = account.createQueue({ name: `queue-${queues}${suffix}`, ...settings, redrive })
        return { url, deadLetters: deadLetters.url }
      }),
    visibilitySeconds,
    arrivals: Effect.succeed(arrivals.url),
    receive: (url, atMost) =>
      Effect.map(Clock.currentTimeMillis, (now) =>
        account
          .findQueue(url)
          .receive(now, atMost)
          .map(({ receiveCount, groupId, messageId, receiptHandle, body }) => {
            return { messageId, receiptHandle, body, receiveCount, groupId }
          })
      ),
    remove: (url, receiptHandle) =>
      Effect.map(Clock.currentTimeMillis, (now) => account.findQueue(url).delete(now, receiptHandle)),
    pass: TestClock.adjust,
    patience: "1 minute"
  })
}

/** An account of its own on each call, and its clock: a model that was given a behaviour shows nothing of another. */
export const modelSite = () => {
  const account = new ModelAccount()
  return Layer.mergeAll(
    Layer.sync(ConformanceTarget, () => siteOn(account)),
    modelServices(account),
    modelOperatorServices(account),
    TestClock.layer()
  )
}
