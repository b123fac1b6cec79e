import {
  GetAccountSettingsCommand,
  GetFunctionCommand,
  GetFunctionConfigurationCommand,
  InvokeCommand,
  type InvokeCommandInput,
  LambdaClient,
  ListFunctionsCommand
} from "@aws-sdk/client-lambda"
import { describe, expect, it, onTestFinished } from "vitest"
import { denyActions, recordCalls, sendRaw, signedHeaders, testRole } from "../cloud/testCloud.ts"
import { arnOf, deploy, type Platform, startPlatform } from "./testPlatform.ts"

const echo = `export const handler = async (event) => {
  console.log(JSON.stringify(event))
  if (event.fail) throw new TypeError("no such day")
  return { seen: event }
}`

const serving = async (): Promise<Platform> => {
  const platform = await startPlatform()
  platform.cloud.functions = platform.lambda
  deploy(platform, "f", echo)
  return platform
}

const invoke = async ({ cloud }: Platform, more: Partial<InvokeCommandInput> = {}, principal = cloud.admin) => {
  const { endpoint, region } = cloud
  const client = new LambdaClient({ endpoint, region, credentials: principal, maxAttempts: 1 })
  onTestFinished(() => client.destroy())
  const { Payload, ...rest } = await client.send(new InvokeCommand({ FunctionName: "f", ...more }))
  return { ...rest, payload: Buffer.from(Payload ?? []).toString() }
}

describe("Lambda's Invoke", () => {
  it("returns the function's result", async () => {
    const platform = await serving()
    const calls = recordCalls(platform.cloud)
    const answer = await invoke(platform, { Payload: '{"runDate":"2026-11-21"}' })
    expect(answer).toMatchObject({ StatusCode: 200, ExecutedVersion: "$LATEST" })
    expect(answer.FunctionError).toBeUndefined()
    expect(JSON.parse(answer.payload)).toEqual({ seen: { runDate: "2026-11-21" } })
    expect(calls).toMatchObject([{ action: "lambda:InvokeFunction", resources: [arnOf("f")], status: 200 }])
  })

  it("passes the function an empty object without a payload", async () => {
    expect((await invoke(await serving())).payload).toBe('{"seen":{}}')
  })

  it("returns the error of a failed function", async () => {
    const answer = await invoke(await serving(), { Payload: '{"fail":true}' })
    expect(answer).toMatchObject({ StatusCode: 200, FunctionError: "Unhandled" })
    expect(JSON.parse(answer.payload)).toMatchObject({ errorType: "TypeError", errorMessage: "no such day" })
  })

  it("accepts an event, and attempts it three times when the function fails", async () => {
    const platform = await serving()
    const answer = await invoke(platform, { InvocationType: "Event", Payload: '{"fail":true}' })
    expect(answer).toMatchObject({ StatusCode: 202, payload: "" })
    await platform.lambda.idle()
    expect(platform.lambda.invocations()["f"]).toMatchObject({ count: 3, errors: 3 })
  })

  it.each([
    ["ResourceNotFoundException", { FunctionName: "g" }],
    ["UnknownOperationException", { Qualifier: "7" }],
    ["InvalidRequestContentException", { Payload: "{" }],
    ["RequestTooLargeException", { InvocationType: "Event", Payload: JSON.stringify("x".repeat(1_048_576)) }],
    ["InvalidParameterValueException", { LogType: "Tail" }],
    ["InvalidParameterValueException", { InvocationType: "DryRun" }]
  ] as const)("refuses with %s the request %j", async (name, more) => {
    await expect(invoke(await serving(), more)).rejects.toMatchObject({ name })
  })

  it("refuses a principal that may not invoke the function", async () => {
    const platform = await serving()
    const { cloud } = platform
    cloud.authorize = denyActions("lambda:InvokeFunction")
    await expect(invoke(platform, {}, cloud.credentialsFor(testRole))).rejects.toMatchObject({
      name: "AccessDeniedException",
      message: expect.stringContaining("is not authorized to perform: lambda:InvokeFunction")
    })
    expect(platform.lines).toEqual([])
  })

  it("refuses every other operation of Lambda's API", async () => {
    const { cloud } = await serving()
    const { status, text } = await sendRaw(cloud, "/2015-03-31/layers", signedHeaders(cloud, "lambda"))
    expect(status).toBe(404)
    expect(JSON.parse(text).Message).toContain("the local cloud implements Invoke")
  })
})

describe("Lambda's other operations", () => {
  it("describe the functions and the account", async () => {
    const { cloud } = await serving()
    const { endpoint, region, admin: credentials } = cloud
    const client = new LambdaClient({ endpoint, region, credentials, maxAttempts: 1 })
    onTestFinished(() => client.destroy())
    const { Functions = [] } = await client.send(new ListFunctionsCommand({}))
    expect(Functions).toMatchObject([{ FunctionName: "f", Timeout: 5, LoggingConfig: { LogGroup: "/aws/lambda/f" } }])
    const ofFunction = { FunctionName: "f" }
    expect(await client.send(new GetFunctionConfigurationCommand(ofFunction))).toMatchObject(Functions[0] ?? {})
    expect((await client.send(new GetFunctionCommand(ofFunction))).Configuration).toEqual(Functions[0])
    const { AccountLimit } = await client.send(new GetAccountSettingsCommand({}))
    expect(AccountLimit?.ConcurrentExecutions).toBe(1000)
    const missing = client.send(new GetFunctionCommand({ FunctionName: "g" }))
    await expect(missing).rejects.toMatchObject({ name: "ResourceNotFoundException" })
  })
})
