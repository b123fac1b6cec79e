import { execFileSync } from "node:child_process"
import { once } from "node:events"
import { appendFile } from "node:fs/promises"
import { createServer, type RequestListener } from "node:http"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { onTestFinished } from "vitest"
import { maxListBytes } from "../../../domain/SourceList.ts"
import { readSourceList } from "../../../local/run/sourceList.ts"
import { temporaryDirectory } from "../../support/temporaryDirectory.ts"

const serve = async (listener: RequestListener) => {
  const server = createServer(listener).listen(0, "127.0.0.1")
  onTestFinished(() => void server.close().closeAllConnections())
  await once(server, "listening")
  const address = server.address()
  return `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`
}

const makePipe = async () => {
  const pipe = join(await temporaryDirectory(), "list.json")
  execFileSync("mkfifo", [pipe])
  return pipe
}

const messageOf = (reading: Promise<unknown>) =>
  reading.then(
    () => "read",
    ({ message }: Error) => message
  )

describe("readSourceList", () => {
  it("stops reading a file and a response without end at the limit of the first stage", async () => {
    const url = await serve((_, response) => {
      const send = () => {
        while (response.write(Buffer.alloc(100_000))) {}
      }
      response.on("drain", send)
      send()
    })
    for (const movies of ["/dev/zero", url]) {
      const message = await messageOf(readSourceList(movies))
      assert.strictEqual(message, `--movies ${movies} cannot be read: it has more than ${maxListBytes} bytes.`)
    }
  })

  it("returns the address that the server redirected to", async () => {
    const url = await serve((request, response) => {
      if (request.url === "/list") response.end("[]")
      else response.writeHead(302, { location: "/list" }).end()
    })
    const { bytes, redirectedTo } = await readSourceList(url)
    assert.deepStrictEqual([String(bytes), redirectedTo], ["[]", `${url}/list`])
  })

  it.each([
    ["a refusal", "/gone", "the server replied 404"],
    ["a server that does not answer", "http://127.0.0.1:9/list", "fetch failed: .*"],
    ["another kind of address", "data:text/plain,x", "that is no http address"],
    ["redirects without end", "/", "there are more than 20 redirects"]
  ])("says where it was redirected to before %s", async (_, location, reason) => {
    const url = await serve((request, response) => {
      response.writeHead(request.url === "/gone" ? 404 : 302, { location }).end()
    })
    const address = new URL(location, url).href
    assert.match(
      await messageOf(readSourceList(url)),
      new RegExp(`^--movies ${url} cannot be read: ${reason} \\(redirected to ${address}\\)\\.$`)
    )
  })

  it("waits for the writer of a pipe", async () => {
    const pipe = await makePipe()
    const reading = readSourceList(pipe)
    await appendFile(pipe, "[]")
    assert.strictEqual(String((await reading).bytes), "[]")
  })

  it("stops waiting for the writer of a pipe when it is interrupted", async () => {
    const interruption = new AbortController()
    const reading = messageOf(readSourceList(await makePipe(), interruption.signal))
    interruption.abort()
    assert.match(await reading, /^--movies \S+ cannot be read: .*aborted/)
  })

  it.each(["/", "/dev/tty/none"])("fails with one sentence for %s", async (movies) => {
    assert.match(await messageOf(readSourceList(movies)), /^--movies \S+ cannot be read: [^\n]+\.$/)
  })
})
