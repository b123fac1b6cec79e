import { PublishCommand, SNSClient } from "@aws-sdk/client-sns"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { acquireClient, errorDetail } from "./AwsClient.ts"

export class NotificationUnsent extends Schema.TaggedError<NotificationUnsent>()("NotificationUnsent", {
  topicArn: Schema.String,
  detail: Schema.String
}) {
  override get message(): string {
    return `Cannot publish to ${this.topicArn}: ${this.detail}`
  }
}

export interface Notification {
  /** Of an e-mail: ASCII, under 100 characters. */
  readonly subject: string
  readonly message: string
}

export class Sns extends Context.Service<
  Sns,
  { readonly publish: (topicArn: string, notification: Notification) => Effect.Effect<void, NotificationUnsent> }
>()("imdb-etl/services/Sns") {
  static readonly layer = Layer.effect(
    Sns,
    Effect.gen(function* () {
      const client = yield* acquireClient((options) => new SNSClient(options))
      const publish = Effect.fn("Sns.publish")((topicArn: string, { subject, message }: Notification) => {
        const command = new PublishCommand({ TopicArn: topicArn, Subject: subject, Message: message })
        return Effect.tryPromise({
          try: (abortSignal) => client.send(command, { abortSignal }),
          catch: (error) => new NotificationUnsent({ topicArn, detail: errorDetail(error) })
        }).pipe(Effect.asVoid)
      })
      return Sns.of({ publish })
    })
  )
}
