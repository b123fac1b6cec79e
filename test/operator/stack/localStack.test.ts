import { mkdir, rm, writeFile } from "node:fs/promises"
import { createServer } from "node:net"
import { assert, describe, it } from "@effect/vitest"
import { onTestFinished } from "vitest"
import { etl } from "../OperatedStack.ts"

/** A port on which nothing listens. */
const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address()
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0))
    })
  })

const published = async (port: number, text: string) => {
  const folder = new URL("../../../.local/", import.meta.url)
  const file = new URL(`dev-${port}.json`, folder)
  onTestFinished(() => rm(file, { force: true }))
  await mkdir(folder, { recursive: true })
  await writeFile(file, text)
}

const queues = { movies: "m", exports: "e", loads: "l" }
const cloud = (port: number) => ({
  site: {
    endpoint: `http://127.0.0.1:${port}`,
    region: "eu-central-1",
    credentials: { accessKeyId: "a", secretAccessKey: "s" }
  },
  outputs: {
    moviesBucket: "b",
    moviesTable: "t",
    functions: {},
    queues,
    deadLetterQueues: { ...queues, failedRuns: "f", daily: "d" }
  }
})

describe("a local cloud", () => {
  it("that was killed is not up, though its file is there", async () => {
    const port = await freePort()
    await published(port, JSON.stringify(cloud(port)))
    const { code, stderr } = await etl(["status", "--local", "--port", `${port}`])
    assert.strictEqual(code, 1)
    assert.match(stderr, new RegExp(`^No local cloud is running on port ${port}: start one with npm run dev`))
  })

  it("of another version, whose file reads otherwise, cannot be operated", async () => {
    const port = await freePort()
    await published(port, JSON.stringify({ site: {} }))
    const { code, stderr } = await etl(["status", "--local", "--port", `${port}`])
    assert.strictEqual(code, 1)
    assert.match(stderr, /dev-\d+\.json cannot be read: Missing key/)
    assert.notInclude(stderr, "\n")
  })
})
