import { SQSClient } from "@aws-sdk/client-sqs"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { AwsClientSettings, clientOptions, errorDetail, hasErrorName } from "../../services/AwsClient.ts"

export class QueueUnusable extends Schema.TaggedError<QueueUnusable>()("QueueUnusable", {
  queueUrl: Schema.String,
  detail: Schema.String,
  /** This SQS, or SQS for this queue, knows no such call. */
  unsupported: Schema.Boolean
}) {
  override get message(): string {
    return `The queue ${this.queueUrl} cannot be used: ${this.detail}`
  }
}

type Send<A> = (client: SQSClient, options: { readonly abortSignal: AbortSignal }) => Promise<A>

/** Calls of SQS about one queue, by a client that goes with the scope. */
export const askSqs = Effect.gen(function* () {
  const client = yield* Effect.acquireRelease(
    Effect.map(AwsClientSettings, (site) => new SQSClient({ ...clientOptions, ...site })),
    (client) => Effect.sync(() => client.destroy())
  )
  return <A>(queueUrl: string, send: Send<A>): Effect.Effect<A, QueueUnusable> =>
    Effect.tryPromise({
      try: (abortSignal) => send(client, { abortSignal }),
      catch: (error) =>
        new QueueUnusable({
          queueUrl,
          detail: errorDetail(error),
          unsupported: hasErrorName(error, "UnsupportedOperation", "InvalidAction")
        })
    })
})
