import { PublishCommand, type PublishCommandInput, SNSClient } from "@aws-sdk/client-sns"
import { assert, describe, it } from "@effect/vitest"
import { onTestFinished } from "vitest"
import { configFor, denyActions, startSharedCloud } from "./testCloud.ts"

const cloud = await startSharedCloud()
const TopicArn = cloud.topics.create("dataset")

const publish = (input: Partial<PublishCommandInput>) => {
  const client = new SNSClient(configFor(cloud))
  onTestFinished(() => client.destroy())
  return client.send(new PublishCommand({ TopicArn, Message: "{}", ...input }))
}
const nameOf = (failing: Promise<unknown>) =>
  failing.then(
    () => "published",
    (error: Error) => error.name
  )

describe("SNS", () => {
  it("keeps the messages of a topic in order, and emits each as an event", async () => {
    const events: Array<string | undefined> = []
    cloud.events.on("published", ({ subject }) => events.push(subject))
    await publish({ Subject: "one", Message: "é" })
    await publish({})
    assert.deepStrictEqual(cloud.topics.published(TopicArn), [{ subject: "one", message: "é" }, { message: "{}" }])
    assert.deepStrictEqual(events, ["one", undefined])
  })

  it.each<[Partial<PublishCommandInput>, string]>([
    [{ TopicArn: `${TopicArn}s` }, "NotFoundException"],
    [{ Message: "" }, "InvalidParameterException"],
    [{ Message: "x".repeat(262_145) }, "InvalidParameterException"],
    [{ Subject: "Léon" }, "InvalidParameterException"],
    [{ Subject: "two\nlines" }, "InvalidParameterException"],
    [{ Subject: "x".repeat(101) }, "InvalidParameterException"],
    [{ MessageStructure: "json" }, "InvalidParameterException"]
  ])("refuses %o with %s", async (input, name) => {
    assert.strictEqual(await nameOf(publish(input)), name)
  })

  it("refuses a caller without the permission", async () => {
    cloud.authorize = denyActions("sns:Publish")
    assert.strictEqual(await nameOf(publish({})), "AuthorizationErrorException")
  })
})
