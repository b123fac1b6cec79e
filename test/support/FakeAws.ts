import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"

export interface AwsRequest {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}
export interface AwsReply {
  readonly status?: number
  readonly headers?: Record<string, string>
  readonly body?: string
}
/** `"hang"` never answers; a function makes the answer of the request, or writes it itself. */
type Reply = AwsReply | "hang" | ((request: AwsRequest, response: ServerResponse) => AwsReply | undefined)

/**
 * A server that the real AWS clients talk to, so that their serialisation and retries are part of a test. It answers the
 * n-th request with the n-th reply, and with the last one from then on.
 */
export const fakeAws = (...replies: ReadonlyArray<Reply>) =>
  Effect.acquireRelease(
    Effect.callback<FakeAws>((resume) => {
      const fake = new FakeAws(replies)
      fake.server.listen(0, "127.0.0.1", () => {
        const address = fake.server.address()
        const port = typeof address === "object" && address !== null ? address.port : 0
        Object.assign(process.env, { ...environment, AWS_ENDPOINT_URL: `http://127.0.0.1:${port}` })
        resume(Effect.succeed(fake))
      })
    }),
    (fake) =>
      Effect.sync(() => {
        fake.server.close()
        fake.server.closeAllConnections()
      })
  )

const environment = {
  AWS_REGION: "eu-central-1",
  AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
  AWS_SECRET_ACCESS_KEY: "example",
  AWS_CONFIG_FILE: "/dev/null",
  AWS_SHARED_CREDENTIALS_FILE: "/dev/null"
}

class FakeAws {
  readonly requests: Array<AwsRequest> = []
  /** How many connections were ended by the client before their answer was. */
  dropped = 0
  readonly server

  constructor(replies: ReadonlyArray<Reply>) {
    this.server = createServer((request, response) => {
      const chunks: Array<Buffer> = []
      response.on("close", () => {
        if (!response.writableFinished) this.dropped++
      })
      request.on("data", (chunk) => chunks.push(chunk))
      request.on("end", () => {
        const { method = "", url: path = "", headers } = request
        const asked = { method, path, headers, body: Buffer.concat(chunks).toString() }
        this.requests.push(asked)
        const scripted = replies[Math.min(this.requests.length, replies.length) - 1] ?? {}
        if (scripted === "hang") return
        const reply = typeof scripted === "function" ? scripted(asked, response) : scripted
        if (reply === undefined) return
        const length = { "content-length": Buffer.byteLength(reply.body ?? "") }
        response.writeHead(reply.status ?? 200, { ...length, ...reply.headers }).end(reply.body)
      })
    })
  }
}

/** S3's own form of an error. */
export const s3Error = (status: number, code: string, message: string): AwsReply => ({
  status,
  headers: { "content-type": "application/xml" },
  body: `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`
})

/** An answer or, with a status, an error of the services that speak JSON. */
export const jsonReply = (body: unknown, status = 200): AwsReply => ({
  status,
  headers: { "content-type": "application/x-amz-json-1.0" },
  body: JSON.stringify(body)
})

/** Runs an effect to its end, letting test time pass quickly meanwhile: for waits of ours around real sockets. */
export const fastForward = <A, E, R>(self: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkChild(self)
    while (fiber.pollUnsafe() === undefined) {
      yield* TestClock.adjust("500 millis")
      yield* TestClock.withLive(Effect.sleep("2 millis"))
    }
    return yield* Fiber.join(fiber)
  })
