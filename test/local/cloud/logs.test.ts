import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
  paginateFilterLogEvents
} from "@aws-sdk/client-cloudwatch-logs"
import { assert, describe, it } from "@effect/vitest"
import { parseLogFilter } from "../../../local/cloud/logFilter.ts"
import { denyActions, startSharedCloud } from "./testCloud.ts"

const cloud = await startSharedCloud()
const { endpoint, region, admin: credentials } = cloud
const client = new CloudWatchLogsClient({ endpoint, region, credentials, maxAttempts: 1 })

const line = (fields: object) => JSON.stringify(fields)
cloud.logs.create("group", 30)
cloud.logs.write("group", "one", line({ level: "INFO", message: "Movie enriched", imdbId: "tt0068646" }))
cloud.logs.write("group", "two", line({ level: "ERROR", message: "failed", imdbId: "tt0050083" }))
cloud.logs.write("group", "one", "Task timed out after 30.00 seconds")
cloud.logs.write("unknown", "one", "dropped")

const messages = async (more: object) => {
  const { events = [] } = await client.send(new FilterLogEventsCommand({ logGroupName: "group", ...more }))
  return events.map(({ message }) => message?.slice(0, 15))
}

describe("CloudWatch Logs", () => {
  it("describes groups and streams", async () => {
    const { logGroups = [] } = await client.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: "gro" }))
    assert.deepStrictEqual(
      logGroups.map(({ logGroupName, retentionInDays }) => [logGroupName, retentionInDays]),
      [["group", 30]]
    )
    const { logStreams = [] } = await client.send(new DescribeLogStreamsCommand({ logGroupName: "group" }))
    assert.deepStrictEqual(
      logStreams.map(({ logStreamName }) => logStreamName),
      ["one", "two"]
    )
  })

  it("returns the events of a group or a stream, of a time, and in pages", async () => {
    assert.lengthOf(await messages({}), 3)
    assert.lengthOf(await messages({ logStreamNames: ["two"] }), 1)
    assert.lengthOf(await messages({ endTime: 1 }), 0)
    assert.lengthOf(await messages({ startTime: Date.now() + 1000 }), 0)
    const pages = []
    for await (const { events } of paginateFilterLogEvents({ client, pageSize: 2 }, { logGroupName: "group" })) {
      pages.push(events?.length)
    }
    assert.deepStrictEqual(pages, [2, 1])
    const input = { logGroupName: "group", logStreamName: "one" }
    assert.lengthOf((await client.send(new GetLogEventsCommand(input))).events ?? [], 2)
  })

  it.each([
    ["timed out", 1],
    ['"timed out" Task', 1],
    ['{ $.level = "ERROR" }', 1],
    ['{ ($.level = "ERROR") || ($.imdbId = "tt0068646") }', 2],
    ['{ $.level = "*" && $.imdbId != "tt0068646" }', 1],
    ['{ $.record.status != "success" }', 0]
  ])("selects events by the pattern %s", async (filterPattern, count) => {
    assert.lengthOf(await messages({ filterPattern }), count)
  })

  it.each(["-error", "{ $.level > 3 }", '{ $.level = "ERROR"', '{ level = "ERROR" }'])(
    "refuses a pattern that it does not implement: %s",
    (pattern) => {
      assert.throws(() => parseLogFilter(pattern), /Invalid filter pattern/)
    }
  )

  it("fails for a group that does not exist, and without permission", async () => {
    const filter = (logGroupName: string) =>
      client.send(new FilterLogEventsCommand({ logGroupName })).then(
        () => "",
        ({ name }: Error) => name
      )
    assert.strictEqual(await filter("another"), "ResourceNotFoundException")
    const role = cloud.credentialsFor("arn:aws:iam::000000000000:role/reader")
    const reader = new CloudWatchLogsClient({ endpoint, region, credentials: role, maxAttempts: 1 })
    cloud.authorize = denyActions("logs:FilterLogEvents")
    const denied = await reader.send(new FilterLogEventsCommand({ logGroupName: "group" })).catch(({ name }) => name)
    assert.strictEqual(denied, "AccessDeniedException")
    reader.destroy()
  })
})
