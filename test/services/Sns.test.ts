import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Sns } from "../../services/Sns.ts"
import { fakeAws } from "../support/FakeAws.ts"
import { datasetTopic } from "../support/settings.ts"

const publish = Sns.use((sns) => sns.publish(datasetTopic, { subject: "IMDb top 10", message: '{"é":1}' }))
const reply = (status: number, body: string) => ({ status, headers: { "content-type": "text/xml" }, body })

describe("Sns.publish", () => {
  it.live("sends subject and message to the topic", () =>
    Effect.gen(function* () {
      const body = "<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>"
      const aws = yield* fakeAws(reply(200, body))
      yield* publish
      const sent = new URLSearchParams(aws.requests[0]?.body)
      assert.deepStrictEqual(
        ["Action", "TopicArn", "Subject", "Message"].map((name) => sent.get(name)),
        ["Publish", datasetTopic, "IMDb top 10", '{"é":1}']
      )
    }).pipe(Effect.provide(Sns.layer))
  )

  it.live("fails with the topic and the error of AWS", () =>
    Effect.gen(function* () {
      const error = "<Error><Type>Sender</Type><Code>AuthorizationError</Code><Message>No.</Message></Error>"
      yield* fakeAws(reply(403, `<ErrorResponse>${error}</ErrorResponse>`))
      const { message } = yield* Effect.flip(publish)
      assert.match(message, /^Cannot publish to arn:aws:sns:[^ ]*:dataset: AuthorizationError\w*: No\.$/)
    }).pipe(Effect.provide(Sns.layer))
  )
})
