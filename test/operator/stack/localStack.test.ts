import { mkdir, rm, writeFile } from "node:fs/promises"
import { assert, describe, it } from "@effect/vitest"
import { onTestFinished } from "vitest"
import { etl } from "../OperatedStack.ts"
import { stackOutputs } from "../stackOutputs.ts"

/** A port below the ephemeral ports, on which no test listens. */
const port = 4999

const writeDevFile = async (content: unknown) => {
  const folder = new URL("../../../.local/", import.meta.url)
  const file = new URL(`dev-${port}.json`, folder)
  onTestFinished(() => rm(file, { force: true }))
  await mkdir(folder, { recursive: true })
  await writeFile(file, JSON.stringify(content))
}

const clientSettings = {
  endpoint: `http://127.0.0.1:${port}`,
  region: "eu-central-1",
  credentials: { accessKeyId: "a", secretAccessKey: "s" }
}
const notRunning = new RegExp(`^No local cloud is running on port ${port}: start one with npm run dev, [^\n]+$`)

describe("localStack", () => {
  it.each<[string, unknown, RegExp]>([
    ["no local cloud", undefined, notRunning],
    ["the file of a local cloud that was killed", { clientSettings, outputs: stackOutputs }, notRunning],
    ["the file of another version", { clientSettings: {} }, /dev-4999\.json cannot be read: Missing key[^\n]+$/]
  ])("fails with one sentence for %s", async (_, content, sentence) => {
    if (content !== undefined) await writeDevFile(content)
    const { code, stdout, stderr } = await etl(["status", "--local", "--port", `${port}`])
    assert.deepStrictEqual([code, stdout], [1, ""])
    assert.match(stderr, sentence)
  })
})
