import { CreateBucketCommand, PutObjectCommand } from "@aws-sdk/client-s3"
import { describe, expect, it } from "vitest"
import { encodeEventKey } from "../../../local/lambda/BucketNotifications.ts"
import { denyActions, recordCalls } from "../cloud/testCloud.ts"
import { createQueue, readBodies, startPlatform } from "./testPlatform.ts"

const notifying = async (filterPrefix = "", filterSuffix = "") => {
  const platform = await startPlatform()
  const { cloud, lambda } = platform
  const queue = await createQueue(platform, "loads")
  await cloud.clients.s3.send(new CreateBucketCommand({ Bucket: "movies" }))
  const calls = recordCalls(cloud)
  await lambda.createBucketNotification({
    bucket: "movies",
    queues: [{ id: "csv", queueArn: queue.arn, filterPrefix, filterSuffix }]
  })
  const [testEvent = ""] = await readBodies(platform, queue)
  const put = async (Key: string) => {
    await cloud.clients.s3.send(new PutObjectCommand({ Bucket: "movies", Key, Body: "rank,title" }))
    await lambda.idle()
  }
  const keys = async () => (await readBodies(platform, queue)).map((body) => JSON.parse(body).Records[0].s3.object.key)
  return { ...platform, queue, calls, testEvent, put, keys }
}

describe("a bucket's notification", () => {
  it("starts with S3's test event, sent as the S3 service for that bucket", async () => {
    const { calls, testEvent } = await notifying()
    expect(JSON.parse(testEvent)).toMatchObject({ Service: "Amazon S3", Event: "s3:TestEvent", Bucket: "movies" })
    expect(calls[0]).toMatchObject({ principal: "s3.amazonaws.com for arn:aws:s3:::movies", action: "sqs:SendMessage" })
  })

  it("sends S3's event for each new object", async () => {
    const { put, queue, ...platform } = await notifying()
    await put("csv/run_date=2026-11-21/the movies.csv")
    const [body = ""] = await readBodies(platform, queue)
    expect(JSON.parse(body)).toEqual({
      Records: [
        {
          eventVersion: "2.1",
          eventSource: "aws:s3",
          awsRegion: "eu-west-1",
          eventTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
          eventName: "ObjectCreated:Put",
          userIdentity: { principalId: expect.any(String) },
          requestParameters: { sourceIPAddress: "127.0.0.1" },
          responseElements: { "x-amz-request-id": expect.any(String), "x-amz-id-2": expect.any(String) },
          s3: {
            s3SchemaVersion: "1.0",
            configurationId: "csv",
            bucket: { name: "movies", ownerIdentity: { principalId: expect.any(String) }, arn: "arn:aws:s3:::movies" },
            object: {
              key: "csv/run_date%3D2026-11-21/the+movies.csv",
              size: 10,
              eTag: expect.stringMatching(/^[0-9a-f]{32}$/),
              sequencer: expect.stringMatching(/^[0-9A-F]+$/i)
            }
          }
        }
      ]
    })
  })

  it.each([
    ["csv/", ["csv/a.csv"]],
    // S3 compares the encoded key.
    ["csv/run_date=", []],
    ["csv/run_date%3D", ["csv/run_date%3D2026-11-21/a.csv"]]
  ])("sends only keys with the prefix %s and its suffix", async (prefix, expected) => {
    const { put, keys } = await notifying(prefix, ".csv")
    const isPlain = prefix === "csv/"
    const objects = isPlain ? ["csv/a.csv", "csv/a.json", "gaps/a.csv"] : ["csv/run_date=2026-11-21/a.csv"]
    for (const key of objects) await put(key)
    expect(await keys()).toEqual(expected)
  })

  it("reports when the queue refuses its message", async () => {
    const { cloud, lambda, put, queue } = await notifying()
    cloud.authorize = denyActions("sqs:SendMessage")
    const refused: Array<string> = []
    lambda.events.on("refused", ({ service, resource }) => refused.push(`${service} ${resource}`))
    await put("a.csv")
    expect(refused).toEqual([`s3 ${queue.arn}`])
  })
})

it("refuses a notification to a queue that S3 may not send to, as S3 does", async () => {
  const platform = await startPlatform()
  const queue = await createQueue(platform, "loads")
  platform.cloud.authorize = denyActions("sqs:SendMessage")
  const definition = {
    bucket: "movies",
    queues: [{ id: "csv", queueArn: queue.arn, filterPrefix: "", filterSuffix: "" }]
  }
  await expect(platform.lambda.createBucketNotification(definition)).rejects.toThrow("Unable to validate")
})

it.each([
  ["csv/run_date=2026-11-21/movies.csv", "csv/run_date%3D2026-11-21/movies.csv"],
  ["red flower.jpg", "red+flower.jpg"],
  ["1+1=2", "1%2B1%3D2"],
  ["Léon & WALL·E (1994)!~*_'.csv", "L%C3%A9on+%26+WALL%C2%B7E+%281994%29%21%7E*_%27.csv"],
  ["100%/a%2Fb", "100%25/a%252Fb"]
])("encodes the key %s as S3 does", (key, encoded) => {
  expect(encodeEventKey(key)).toBe(encoded)
  expect(decodeURIComponent(encoded.replaceAll("+", " "))).toBe(key)
})
