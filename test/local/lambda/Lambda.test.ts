import { spawn } from "node:child_process"
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { expect, it, onTestFinished } from "vitest"
import { aPlatform, aQueue, deploy, send, trigger } from "./lambda.ts"

const endless = "export const handler = async () => { console.log(import.meta.url); while (true) {} }"

it("stopping cuts off what runs within a second, counts it nowhere, and takes the bundles along", async () => {
  const platform = await aPlatform()
  deploy(platform, "f", endless)
  const logged = new Promise<string>((resolve) => platform.lambda.events.once("logLine", ({ line }) => resolve(line)))
  const running = platform.lambda.invoke("f", {})
  const bundle = fileURLToPath(await logged)
  expect(existsSync(bundle)).toBe(true)
  const idle = platform.lambda.idle()
  const stoppedAt = Date.now()
  await platform.lambda.stop()
  await idle
  expect(Date.now() - stoppedAt).toBeLessThan(1000)
  expect(await running).toMatchObject({ ok: false })
  expect(existsSync(bundle)).toBe(false)
  expect(platform.lambda.invocations()).toMatchObject({ f: { count: 0 } })
})

it("stopping in the middle of a batch leaves its messages to their leases, and tells of no refusal", async () => {
  const platform = await aPlatform()
  const queue = await aQueue(platform, "movies")
  deploy(platform, "f", endless)
  await trigger(platform, "f", queue)
  const told: Array<unknown> = []
  for (const name of ["refused", "batchSettled", "invocationEnded"] as const) {
    platform.lambda.events.on(name, (event: unknown) => told.push(event))
  }
  const running = new Promise((resolve) => platform.lambda.events.once("logLine", resolve))
  await send(platform, queue, "one")
  await running
  await platform.lambda.stop()
  await platform.lambda.stop()
  expect((await platform.cloud.queues.depth(queue.url)).inFlight).toHaveLength(1)
  expect(told).toEqual([])
})

it("a stopped platform leaves no handle that keeps its process alive, and no folder", async () => {
  const folder = mkdtempSync(join(tmpdir(), "lambda-test-"))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const source = `
    import { startCloud } from ${JSON.stringify(new URL("../../../local/cloud/startCloud.ts", import.meta.url).href)}
    import { startLambda } from ${JSON.stringify(new URL("../../../local/lambda/Lambda.ts", import.meta.url).href)}
    const cloud = await startCloud({ region: "eu-west-1" })
    const lambda = startLambda(cloud, { fastForward: false })
    const code = new Map([["index.mjs", Buffer.from("export const handler = async () => { throw new Error() }")]])
    const definition = { arn: "f", roleArn: "r", code, handler: "index.handler", environment: {} }
    lambda.createFunction({ ...definition, name: "f", timeoutSeconds: 5, memoryMb: 128 })
    lambda.invokeAsync("f", {})
    await lambda.invoke("f", {})
    await lambda.stop()
    await cloud.stop()`
  const child = spawn(process.execPath, ["--input-type=module", "--eval", source], {
    env: { ...process.env, TMPDIR: folder },
    stdio: ["ignore", "ignore", "inherit"],
    timeout: 10_000
  })
  expect(await new Promise((resolve) => child.once("exit", resolve))).toBe(0)
  expect(readdirSync(folder)).toEqual([])
})

it("a function's name is taken once", async () => {
  const platform = await aPlatform()
  deploy(platform, "f", endless)
  expect(() => deploy(platform, "f", endless)).toThrow("already exists")
})

it("a function whose package lacks the handler's module is not created", async () => {
  const platform = await aPlatform()
  expect(() => deploy(platform, "f", endless, { handler: "main.handler" })).toThrow("main.mjs")
})

it.each(["invoke", "invokeAsync"] as const)("%s knows no function that was not created", async (how) => {
  const { lambda } = await aPlatform()
  await expect(async () => lambda[how]("nobody", {})).rejects.toThrow("no function nobody")
})
