import { describe, expect, it } from "vitest"
import { denyActions, recordCalls } from "../cloud/testCloud.ts"
import { arnOf, createQueue, deploy, readBodies, roleOf, startPlatform } from "./testPlatform.ts"

const fails = `export const handler = async (event, { awsRequestId }) => {
  console.log(awsRequestId)
  throw new TypeError("no")
}`

describe("an asynchronous invocation", () => {
  it("is attempted three times with one request id, then its failure record goes to the failure destination", async () => {
    const platform = await startPlatform()
    const dead = await createQueue(platform, "f-dead")
    deploy(platform, "f", fails)
    platform.lambda.setFailureQueue("f", dead.arn)
    const deadLetters: Array<string> = []
    platform.lambda.events.on("deadLettered", ({ cause, from, detail }) =>
      deadLetters.push(`${cause} ${from} ${detail}`)
    )
    const startedAt = Date.now()
    const requestId = platform.lambda.invokeAsync("f", { runDate: "2026-11-21" })
    await platform.lambda.idle()
    expect(Date.now() - startedAt).toBeLessThan(10_000)
    expect(platform.lines.filter((line) => line === requestId)).toHaveLength(3)
    expect(deadLetters).toEqual(["retries f RetriesExhausted after 3 attempts: TypeError: no"])
    const [record = ""] = await readBodies(platform, dead)
    expect(JSON.parse(record)).toEqual({
      version: "1.0",
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      requestContext: {
        requestId,
        functionArn: `${arnOf("f")}:$LATEST`,
        condition: "RetriesExhausted",
        approximateInvokeCount: 3
      },
      requestPayload: { runDate: "2026-11-21" },
      responseContext: { statusCode: 200, executedVersion: "$LATEST", functionError: "Unhandled" },
      responsePayload: { errorType: "TypeError", errorMessage: "no", trace: expect.any(Array) }
    })
  })

  it("sends its failure record as the function's role, and reports a refusal", async () => {
    const platform = await startPlatform()
    const dead = await createQueue(platform, "f-dead")
    deploy(platform, "f", fails)
    platform.lambda.setFailureQueue("f", dead.arn)
    platform.cloud.authorize = denyActions("sqs:SendMessage")
    const refused: Array<string> = []
    platform.lambda.events.on("refused", ({ resource, detail }) => refused.push(`${resource} ${detail}`))
    const calls = recordCalls(platform.cloud)
    platform.lambda.invokeAsync("f", {})
    await platform.lambda.idle()
    expect(calls.map(({ principal, action }) => [principal, action])).toEqual([[roleOf("f"), "sqs:SendMessage"]])
    expect(refused).toEqual([expect.stringContaining(`${dead.arn} failure record of f: User: ${roleOf("f")}`)])
  })

  it("leaves no failure record when a retry succeeds", async () => {
    const platform = await startPlatform()
    const dead = await createQueue(platform, "f-dead")
    deploy(
      platform,
      "f",
      "let tries = 0; export const handler = async () => { if (++tries < 3) throw new Error('not yet') }"
    )
    platform.lambda.setFailureQueue("f", dead.arn)
    platform.lambda.invokeAsync("f", {})
    await platform.lambda.idle()
    expect(platform.lambda.invocations()).toMatchObject({ f: { count: 3, errors: 2 } })
    expect(await readBodies(platform, dead)).toEqual([])
  })
})
