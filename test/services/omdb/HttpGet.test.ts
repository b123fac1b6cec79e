import { createServer, type RequestListener } from "node:http"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { HttpGet } from "../../../services/omdb/HttpGet.ts"

/** A server, and a GET request to it with a limit of 10 bytes. */
const serve = (listener: RequestListener) =>
  Effect.acquireRelease(
    Effect.callback<ReturnType<typeof createServer>>((resume) => {
      const server = createServer(listener).listen(0, "127.0.0.1", () => resume(Effect.succeed(server)))
    }),
    (server) => Effect.sync(() => server.close().closeAllConnections())
  ).pipe(
    Effect.map((server) => {
      const address = server.address()
      const url = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}/`
      return HttpGet.use(({ get }) => get({ url, params: {}, headers: {}, maxBytes: 10 })).pipe(
        Effect.provide(HttpGet.layer)
      )
    })
  )

describe("HttpGet", () => {
  it.live("returns no body, and closes the connection, when the body is over the limit", () =>
    Effect.gen(function* () {
      const closed = Promise.withResolvers<void>()
      const get = yield* serve((_, response) => {
        response.on("close", () => closed.resolve())
        response.writeHead(200).write("12345678901")
      })
      assert.deepStrictEqual(yield* get, { status: 200, body: Option.none() })
      yield* Effect.promise(() => closed.promise)
    })
  )

  it.live("sends a request again when the server had closed the idle connection", () =>
    Effect.gen(function* () {
      let requests = 0
      const get = yield* serve((request, response) => {
        requests++
        if (requests === 2) request.socket.resetAndDestroy()
        else response.end("ok")
      })
      yield* get
      // Until the connection is idle.
      yield* Effect.promise(() => new Promise((resolve) => setImmediate(resolve)))
      assert.deepStrictEqual(yield* get, { status: 200, body: Option.some("ok") })
      assert.strictEqual(requests, 3)
    })
  )

  it.live.each([
    ["before the reply", (response) => response.socket?.resetAndDestroy()],
    [
      "inside the body",
      (response) => {
        response.writeHead(200, { "content-length": "5" }).write("12")
        setImmediate(() => response.socket?.resetAndDestroy())
      }
    ]
  ] satisfies ReadonlyArray<[string, (response: Parameters<RequestListener>[1]) => void]>)(
    "fails with the error's code when the connection is reset %s",
    ([, reset]) =>
      Effect.gen(function* () {
        const get = yield* serve((_, response) => reset(response))
        assert.strictEqual((yield* Effect.flip(get)).code, "ECONNRESET")
      })
  )

  it.live("aborts the request when it is interrupted", () =>
    Effect.gen(function* () {
      const closed = Promise.withResolvers<void>()
      const get = yield* serve((request) => request.on("close", () => closed.resolve()))
      yield* Effect.timeoutOption(get, "100 millis")
      yield* Effect.promise(() => closed.promise)
    })
  )
})
