import type * as http from "node:http"
import * as https from "node:https"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { boundedText } from "./boundedText.ts"

/** Only the error's code is kept: its message and its causes can quote the URL, and with it a key. */
export class NoResponse extends Schema.TaggedError<NoResponse>()("NoResponse", { code: Schema.String }) {
  static of(error: unknown): NoResponse {
    return new NoResponse({ code: hasCode(error) ? error.code : "no error code" })
  }
}

const hasCode = (error: unknown): error is { readonly code: string } =>
  Predicate.hasProperty(error, "code") && Predicate.isString(error.code) && /^[A-Z][A-Z0-9_]{2,40}$/.test(error.code)

export interface GetRequest {
  readonly url: string
  /** A Redacted value stays so until the request is sent. */
  readonly params: Readonly<Record<string, string | Redacted.Redacted<string>>>
  readonly headers: Readonly<Record<string, string>>
  readonly maxBytes: number
}

export interface Reply {
  readonly status: number
  /** None where it is longer than `maxBytes`; reading stops there. */
  readonly body: Option.Option<string>
}

export const urlOf = ({ url, params }: Pick<GetRequest, "url" | "params">): URL => {
  const complete = new URL(url)
  for (const [name, value] of Object.entries(params)) {
    complete.searchParams.set(name, Redacted.isRedacted(value) ? Redacted.value(value) : value)
  }
  return complete
}

/**
 * One GET request, without redirects. On Node's own client, which the AWS SDK has loaded anyway: `fetch` loads undici, a
 * tenth of a cold start's CPU (docs/decisions/0011).
 */
export class HttpGet extends Context.Service<
  HttpGet,
  { readonly get: (request: GetRequest) => Effect.Effect<Reply, NoResponse> }
>()("imdb-etl/services/omdb/HttpGet") {
  static readonly layer = Layer.succeed(HttpGet)({
    get: (request) => Effect.suspend(() => send(urlOf(request), request))
  })
}

const send = (url: URL, { headers, maxBytes }: GetRequest) =>
  Effect.callback<Reply, NoResponse>((resume) => {
    let running: http.ClientRequest
    const start = () => {
      // Not an import: Node loads undici to export the WebSocket of `node:http` from its ES module.
      const { get } = url.protocol === "http:" ? process.getBuiltinModule("node:http") : https
      const request = get(url, { headers }, (response) => {
        const { add, end } = boundedText(response.headers["content-type"], maxBytes)
        const finish = () => resume(Effect.succeed({ status: response.statusCode ?? 0, body: end() }))
        response.on("error", fail).on("end", finish)
        response.on("data", (chunk: Uint8Array) => {
          if (add(chunk)) return
          finish()
          request.destroy()
        })
      })
      const fail = (error: Error) => {
        // The server closed the connection while it was idle, for example while Lambda had frozen the function.
        if (request.reusedSocket && hasCode(error) && error.code === "ECONNRESET") start()
        else resume(Effect.fail(NoResponse.of(error)))
      }
      running = request.on("error", fail)
    }
    start()
    return Effect.sync(() => running.destroy())
  })
