import {
  type $Command,
  type ServiceInputTypes,
  type ServiceOutputTypes,
  SQSClient,
  type SQSClientResolvedConfig
} from "@aws-sdk/client-sqs"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { acquireClient, errorDetail, hasErrorName } from "../../services/AwsClient.ts"

export class QueueUnusable extends Schema.TaggedError<QueueUnusable>()("QueueUnusable", {
  queueUrl: Schema.String,
  detail: Schema.String,
  /** Whether SQS does not have this operation, at all or for this queue. */
  unsupported: Schema.Boolean
}) {
  override get message(): string {
    return `The queue ${this.queueUrl} cannot be used: ${this.detail}`
  }
}

/** A function that sends one SQS command with typed failures; its client is destroyed with the scope. */
export const makeSqsCall = Effect.gen(function* () {
  const client = yield* acquireClient((options) => new SQSClient(options))
  return <I extends ServiceInputTypes, O extends ServiceOutputTypes>(
    queueUrl: string,
    command: $Command<I, O, SQSClientResolvedConfig, ServiceInputTypes, ServiceOutputTypes>
  ) =>
    Effect.tryPromise({
      try: (abortSignal) => client.send(command, { abortSignal }),
      catch: (error) =>
        new QueueUnusable({
          queueUrl,
          detail: errorDetail(error),
          unsupported: hasErrorName(error, "UnsupportedOperation", "InvalidAction")
        })
    })
})
