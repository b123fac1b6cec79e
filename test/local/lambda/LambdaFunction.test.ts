import { describe, expect, it, onTestFinished } from "vitest"
import { arnOf, deploy, roleOf, startPlatform } from "./testPlatform.ts"

const run = async (source: string, event: unknown = {}, more = {}) => {
  const platform = await startPlatform()
  deploy(platform, "f", source, more)
  return { ...platform, result: await platform.lambda.invoke("f", event) }
}

describe("an invocation", () => {
  it("returns the handler's result as JSON", async () => {
    const { result } = await run("export const handler = async (event) => ({ ...event, at: new Date(0) })", { a: [1] })
    expect(result).toMatchObject({ ok: true, payload: { a: [1], at: "1970-01-01T00:00:00.000Z" } })
  })

  it("passes Lambda's context to the handler", async () => {
    const { result } = await run(`export const handler = async (_, context) =>
      ({ ...context, remaining: context.getRemainingTimeInMillis() })`)
    expect(result).toMatchObject({
      ok: true,
      payload: {
        awsRequestId: result.requestId,
        functionName: "f",
        invokedFunctionArn: arnOf("f"),
        memoryLimitInMB: "128",
        logGroupName: "/aws/lambda/f"
      }
    })
    const remaining = result.ok && Object(result.payload).remaining
    expect(remaining).toBeGreaterThan(4000)
    expect(remaining).toBeLessThanOrEqual(5000)
  })

  it("has the declared and Lambda's own environment variables, and none of the host", async () => {
    process.env["ONLY_THE_HOSTS"] = "secret"
    onTestFinished(() => {
      delete process.env["ONLY_THE_HOSTS"]
    })
    const { result, cloud } = await run(
      "export const handler = async () => process.env",
      {},
      { environment: { A: "1" } }
    )
    const { accessKeyId, secretAccessKey } = cloud.credentialsFor(roleOf("f"))
    expect(result).toMatchObject({ ok: true })
    expect(result.ok && result.payload).toEqual({
      A: "1",
      AWS_REGION: "eu-west-1",
      AWS_ENDPOINT_URL: cloud.endpoint,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_LAMBDA_FUNCTION_NAME: "f",
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "128",
      AWS_CONFIG_FILE: "/dev/null",
      AWS_SHARED_CREDENTIALS_FILE: "/dev/null"
    })
  })

  it("reuses a warm environment, and starts another only for a concurrent invocation", async () => {
    const { lambda } = await run(
      `let count = 0
      export const handler = async (ms) => { await new Promise((done) => setTimeout(done, ms)); return ++count }`,
      0
    )
    expect(await lambda.invoke("f", 0)).toMatchObject({ payload: 2 })
    const atOnce = await Promise.all([lambda.invoke("f", 200), lambda.invoke("f", 200)])
    expect(atOnce.map((result) => result.ok && result.payload).sort()).toEqual([1, 3])
    expect(lambda.invocations()).toMatchObject({ f: { count: 4, errors: 0 } })
  })

  it("emits its start, its log lines and its end in this order", async () => {
    const platform = await startPlatform()
    deploy(platform, "f", `export const handler = async () => { console.log("one\\ntwo"); console.error("three") }`)
    const emitted: Array<string> = []
    platform.lambda.events.on("invocationStarted", ({ requestId }) => emitted.push(`start ${requestId}`))
    platform.lambda.events.on("logLine", ({ line }) => emitted.push(line))
    platform.lambda.events.on("invocationEnded", ({ requestId }) => emitted.push(`end ${requestId}`))
    const { requestId } = await platform.lambda.invoke("f", {})
    expect(emitted).toEqual([`start ${requestId}`, "one", "two", "three", `end ${requestId}`])
  })
})

describe("a failed invocation", () => {
  it("returns the error that the handler threw, and keeps the environment warm", async () => {
    const source = `let count = 0
      export const handler = async (fail) => { count++; if (fail) throw new RangeError("too far"); return count }`
    const { lambda, lines, result } = await run(source, true)
    expect(result).toMatchObject({
      ok: false,
      error: { errorType: "RangeError", errorMessage: "too far" }
    })
    expect(lines.join()).toContain("too far")
    expect(await lambda.invoke("f", false)).toMatchObject({ ok: true, payload: 2 })
    expect(lambda.invocations()).toMatchObject({ f: { count: 2, errors: 1 } })
  })

  it("ends at the function's timeout even in an endless loop, and the next one gets a new environment", async () => {
    const source = "let count = 0; export const handler = async (loop) => { count++; while (loop) {} return count }"
    const startedAt = Date.now()
    const { lambda, result } = await run(source, true, { timeoutSeconds: 1 })
    expect(Date.now() - startedAt).toBeLessThan(3000)
    expect(result).toMatchObject({ ok: false, error: { errorType: "Sandbox.Timedout" } })
    expect(!result.ok && result.error.errorMessage).toContain("Task timed out after 1.00 seconds")
    expect(await lambda.invoke("f", false)).toMatchObject({ ok: true, payload: 1 })
  })

  it("ends when the function's environments are killed, idle ones too, and the next one gets a new environment", async () => {
    const source =
      "let count = 0; export const handler = async (hang) => { count++; if (hang) await new Promise((done) => setTimeout(done, 60_000)); return count }"
    const platform = await startPlatform()
    const { lambda } = platform
    deploy(platform, "f", source, { timeoutSeconds: 60 })
    await lambda.invoke("f", false)
    const started = new Promise<void>((resolve) => lambda.events.once("invocationStarted", () => resolve()))
    const hanging = lambda.invoke("f", true)
    await started
    await lambda.kill("f")
    expect(await hanging).toMatchObject({ ok: false, error: { errorType: "Runtime.ExitError" } })
    expect(await lambda.invoke("f", false)).toMatchObject({ ok: true, payload: 1 })
    await lambda.kill("f")
    expect(await lambda.invoke("f", false)).toMatchObject({ ok: true, payload: 1 })
  })

  it("ends when it runs out of memory, and the host goes on", async () => {
    const source = `export const handler = async (fill) => {
      const kept = []
      while (fill) kept.push(new Array(1000).fill(Math.random()))
      return "fine"
    }`
    const { lambda, result } = await run(source, true)
    expect(result).toMatchObject({ ok: false, error: { errorType: "Runtime.OutOfMemory" } })
    expect(await lambda.invoke("f", false)).toMatchObject({ ok: true, payload: "fine" })
  })

  it.each([
    ["process.exit(3)", "Runtime.ExitError", /exit status 3/],
    ["process.exit()", "Runtime.ExitError", /without providing a reason/],
    ["setTimeout(() => { throw new TypeError('late') }); await new Promise(() => {})", "TypeError", /late/],
    ["Promise.reject(new Error('lost')); await new Promise(() => {})", "Runtime.UnhandledPromiseRejection", /lost/]
  ])("ends its environment on %s", async (body, errorType, errorMessage) => {
    const { result } = await run(`export const handler = async () => { ${body} }`)
    expect(result).toMatchObject({
      ok: false,
      error: { errorType, errorMessage: expect.stringMatching(errorMessage) }
    })
  })

  it.each([
    ["export const other = 1", "Runtime.HandlerNotFound"],
    ["export const handler = (", "SyntaxError"],
    ["throw new EvalError('no'); export const handler = async () => 1", "EvalError"],
    ["process.exit(1)", "Runtime.ExitError"]
  ])("reports at each invocation that a bundle does not initialise (%s)", async (source, errorType) => {
    const { lambda, result } = await run(source)
    expect(result).toMatchObject({ ok: false, error: { errorType } })
    expect(await lambda.invoke("f", {})).toMatchObject({ ok: false, error: { errorType } })
  })
})
