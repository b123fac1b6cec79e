import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { acquireClient, errorDetail } from "../../services/AwsClient.ts"

export class NotInvoked extends Schema.TaggedError<NotInvoked>()("NotInvoked", {
  function: Schema.String,
  detail: Schema.String
}) {
  override get message(): string {
    return `The function ${this.function} did not accept the event: ${this.detail}`
  }
}

export class Functions extends Context.Service<
  Functions,
  {
    /** Invokes asynchronously with a JSON event, as the schedule does. Once Lambda accepts it, it also retries it. */
    readonly invokeAsync: (name: string, event: string) => Effect.Effect<void, NotInvoked>
  }
>()("imdb-etl/operator/aws/Functions") {
  static readonly layer = Layer.effect(
    Functions,
    Effect.gen(function* () {
      const client = yield* acquireClient((options) => new LambdaClient(options))
      return Functions.of({
        invokeAsync: Effect.fn("Functions.invokeAsync")(function* (name, event) {
          const command = new InvokeCommand({
            FunctionName: name,
            InvocationType: "Event",
            Payload: Buffer.from(event)
          })
          const { StatusCode } = yield* Effect.tryPromise({
            try: (abortSignal) => client.send(command, { abortSignal }),
            catch: (error) => new NotInvoked({ function: name, detail: errorDetail(error) })
          })
          if (StatusCode !== 202)
            return yield* new NotInvoked({ function: name, detail: `it returned status ${StatusCode}` })
        })
      })
    })
  )
}
