import { once } from "node:events"
import { createServer, type RequestListener } from "node:http"

/** Serves on 127.0.0.1 only. A request with another host, such as a web page after DNS rebinding, gets 421. */
export const listenOnLoopback = async (
  serve: RequestListener,
  port: number
): Promise<{ readonly url: string; readonly close: () => Promise<void> }> => {
  let hosts: ReadonlySet<string | undefined> = new Set()
  const server = createServer((request, response) => {
    if (hosts.has(request.headers.host)) return serve(request, response)
    response.writeHead(421).end()
  })
  // Longer than the pause between two calls: a client must not reuse a connection that is being closed as idle.
  server.keepAliveTimeout = 60_000
  server.listen(port, "127.0.0.1")
  await once(server, "listening")
  const address = server.address()
  const bound = typeof address === "object" && address !== null ? address.port : port
  hosts = new Set([`127.0.0.1:${bound}`, `localhost:${bound}`])

  const close = async () => {
    if (!server.listening) return
    const closed = once(server, "close")
    server.close()
    server.closeAllConnections()
    await closed
  }
  return { url: `http://127.0.0.1:${bound}`, close }
}
