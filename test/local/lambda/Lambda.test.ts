import { spawn } from "node:child_process"
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { expect, it, onTestFinished } from "vitest"
import { createMapping, createQueue, deploy, sendMessages, startPlatform } from "./testPlatform.ts"

const endless = "export const handler = async () => { console.log(import.meta.url); while (true) {} }"

it("terminates a running invocation within a second on stop, does not count it, and deletes the bundles", async () => {
  const platform = await startPlatform()
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

it("leaves the messages of a running batch in flight on stop, and emits no event", async () => {
  const platform = await startPlatform()
  const queue = await createQueue(platform, "movies")
  deploy(platform, "f", endless)
  await createMapping(platform, "f", queue)
  const emitted: Array<unknown> = []
  for (const name of ["refused", "batchSettled", "invocationEnded"] as const) {
    platform.lambda.events.on(name, (event: unknown) => emitted.push(event))
  }
  const running = new Promise((resolve) => platform.lambda.events.once("logLine", resolve))
  await sendMessages(platform, queue, "one")
  await running
  await platform.lambda.stop()
  await platform.lambda.stop()
  expect((await platform.cloud.queues.depth(queue.url)).inFlight).toHaveLength(1)
  expect(emitted).toEqual([])
})

it("leaves no handle that keeps its process alive, and no folder, when it is stopped", async () => {
  const folder = mkdtempSync(join(tmpdir(), "lambda-test-"))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const source = `
    import { startCloud } from ${JSON.stringify(new URL("../../../local/cloud/startCloud.ts", import.meta.url).href)}
    import { startLambda } from ${JSON.stringify(new URL("../../../local/lambda/Lambda.ts", import.meta.url).href)}
    const cloud = await startCloud({ region: "eu-west-1" })
    const lambda = startLambda(cloud, { fastForward: false })
    const code = new Map([["index.mjs", Buffer.from("export const handler = async () => { throw new Error() }")]])
    const definition = { arn: "f", roleArn: "r", code, handler: "index.handler", environment: {}, logGroupName: "f" }
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

it("refuses a function whose package lacks the handler's module", async () => {
  const platform = await startPlatform()
  expect(() => deploy(platform, "f", endless, { handler: "main.handler" })).toThrow("main.mjs")
})

it("names the folder where a package cannot be written", async () => {
  const platform = await startPlatform()
  const code = new Map(["index.mjs", "index.mjs/a"].map((path) => [path, Buffer.from("")]))
  expect(() => deploy(platform, "f", "", { code })).toThrow(/cannot be written to \/.*: E.* set TMPDIR/)
})

it("rejects an invocation of a function that does not exist", async () => {
  const { lambda } = await startPlatform()
  await expect(async () => lambda.invoke("unknown", {})).rejects.toThrow("no function unknown")
})
