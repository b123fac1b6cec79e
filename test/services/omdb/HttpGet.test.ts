import { createServer, type RequestListener } from "node:http"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { HttpGet, NoResponse } from "../../../services/omdb/HttpGet.ts"

/** A server without TLS, and a GET request to it with a limit of 10 bytes. */
const serve = (listener: RequestListener, protocol = "http") =>
  Effect.acquireRelease(
    Effect.callback<ReturnType<typeof createServer>>((resume) => {
      const server = createServer(listener).listen(0, "127.0.0.1", () => resume(Effect.succeed(server)))
    }),
    (server) => Effect.sync(() => server.close().closeAllConnections())
  ).pipe(
    Effect.map((server) => {
      const address = server.address()
      const url = `${protocol}://127.0.0.1:${typeof address === "object" ? address?.port : ""}/`
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

  it.live("decodes the body by the charset of its content type", () =>
    Effect.gen(function* () {
      const get = yield* serve((_, response) => {
        response.writeHead(200, { "content-type": "application/json; charset=windows-1252" })
        response.end(Buffer.from([0x4c, 0xe9, 0x6f, 0x6e]))
      })
      assert.deepStrictEqual(yield* get, { status: 200, body: Option.some("Léon") })
    })
  )

  it.live("sends a request to an https URL only over TLS", () =>
    Effect.gen(function* () {
      let requests = 0
      const get = yield* serve((_, response) => {
        requests++
        response.end("ok")
      }, "https")
      assert.match((yield* Effect.flip(get)).code, /SSL|EPROTO/)
      assert.strictEqual(requests, 0)
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
    ["is reset before the reply", (response) => response.socket?.resetAndDestroy()],
    [
      "is reset inside the body",
      (response) => {
        response.writeHead(200, { "content-length": "5" }).write("12")
        setImmediate(() => response.socket?.resetAndDestroy())
      }
    ],
    [
      "is closed inside the body",
      (response) => {
        response.writeHead(200, { "content-length": "5" }).write("12")
        setImmediate(() => response.socket?.end())
      }
    ]
  ] satisfies ReadonlyArray<[string, (response: Parameters<RequestListener>[1]) => void]>)(
    "fails with the error's code when the connection %s",
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

describe("NoResponse.of", () => {
  it.each([
    ["an error with a code", { code: "ERR_SSL_WRONG_VERSION_NUMBER" }, "ERR_SSL_WRONG_VERSION_NUMBER"],
    ["an error without a code", new Error("GET /?apikey=canary"), "no error code"],
    ["an error whose code ends with other text", { code: "ECONNRESET /?apikey=canary" }, "no error code"],
    ["an error whose code begins with other text", { code: "/?apikey=canary ECONNRESET" }, "no error code"],
    ["an error whose code is not a text", { code: ["ECONNRESET"] }, "no error code"],
    ["nothing", undefined, "no error code"]
  ])("keeps of %s only the code", (_, error, code) => {
    assert.strictEqual(NoResponse.of(error).code, code)
  })
})
