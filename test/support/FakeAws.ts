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
/** `"hang"`: no reply. A function computes the reply, or writes to the response itself and returns undefined. */
export type Reply = AwsReply | "hang" | ((request: AwsRequest, response: ServerResponse) => AwsReply | undefined)

/**
 * Starts a server that the SDK's clients call in place of AWS, so that their requests, error mapping and retries are part
 * of a test. The n-th request gets the n-th reply, later ones get the last reply.
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
  readonly server
  private readonly received = Promise.withResolvers<void>()
  private readonly aborted = Promise.withResolvers<void>()
  /** Waits for the first request. */
  readonly untilRequested = Effect.promise(() => this.received.promise)
  /** Waits until a client has closed a connection whose response was not complete. */
  readonly untilAborted = Effect.promise(() => this.aborted.promise)

  constructor(replies: ReadonlyArray<Reply>) {
    this.server = createServer((request, response) => {
      const chunks: Array<Buffer> = []
      response.on("close", () => {
        if (!response.writableFinished) this.aborted.resolve()
      })
      request.on("data", (chunk) => chunks.push(chunk))
      request.on("end", () => {
        const { method = "", url: path = "", headers } = request
        const received = { method, path, headers, body: Buffer.concat(chunks).toString() }
        this.requests.push(received)
        this.received.resolve()
        const scripted = replies[Math.min(this.requests.length, replies.length) - 1] ?? {}
        if (scripted === "hang") return
        const reply = typeof scripted === "function" ? scripted(received, response) : scripted
        if (reply === undefined) return
        const length = { "content-length": Buffer.byteLength(reply.body ?? "") }
        response.writeHead(reply.status ?? 200, { ...length, ...reply.headers }).end(reply.body)
      })
    })
  }
}

/** An error in S3's XML. */
export const s3Error = (status: number, code: string, message: string): AwsReply => ({
  status,
  headers: { "content-type": "application/xml" },
  body: `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`
})

/** A reply of the services that use JSON. */
export const jsonReply = (body: unknown, status = 200): AwsReply => ({
  status,
  headers: { "content-type": "application/x-amz-json-1.0" },
  body: JSON.stringify(body)
})

/** An error of the services that use JSON. */
export const jsonError = (type: string, message: string, status = 400): AwsReply =>
  jsonReply({ __type: `com.amazonaws#${type}`, message }, status)

/** Runs an effect to its end while test time passes quickly: for retry delays between requests over real sockets. */
export const fastForward = <A, E, R>(self: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkChild(self)
    while (fiber.pollUnsafe() === undefined) {
      yield* TestClock.adjust("500 millis")
      yield* TestClock.withLive(Effect.sleep("2 millis"))
    }
    return yield* Fiber.join(fiber)
  })
