import { randomBytes } from "node:crypto"
import { createServer } from "node:http"
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import { isHttpServerError } from "effect/http/HttpServerError"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Schedule from "effect/Schedule"
import type * as Scope from "effect/Scope"
import * as Semaphore from "effect/Semaphore"
import { CannotRun, Incomplete } from "../../cli/CommandErrors.ts"
import { PayloadInvalid } from "../../operator/dlq/payload.ts"
import type { StackServices } from "../../operator/etl.ts"
import { intervalOf } from "../../operator/runs/followRun.ts"
import { Stack } from "../../operator/Stack.ts"
import { ObjectMissing } from "../../services/objectErrors.ts"
import { refusal } from "./access.ts"
import { buildPage } from "./page.ts"
import { makeStateReader } from "./readState.ts"
import { makeRoutes } from "./routes.ts"
import { readSettings } from "./settings.ts"

export interface ConsoleOptions {
  /** 0: any free port. */
  readonly port: number
  /** Whether the page may start runs, redrive and delete. */
  readonly isWritable: boolean
}

const host = "127.0.0.1"

/** Serves the console of the stack on loopback until the scope closes. Returns its address. */
export const serveConsole = Effect.fn("serveConsole")(function* ({ port, isWritable }: ConsoleOptions) {
  const { clientSettings } = yield* Stack
  const token = randomBytes(24).toString("base64url")
  const page = yield* Effect.promise(buildPage)
  // All open pages share one look.
  const { withPermit: oneAtATime } = yield* Semaphore.make(1)
  const state = yield* Effect.cachedWithTTL(oneAtATime(yield* makeStateReader), "250 millis")
  const services = yield* Effect.context<StackServices>()
  const routes = makeRoutes({
    ...{ token, page, settings: readSettings(isWritable), oneAtATime },
    state: Effect.provideContext(state, services),
    interval: Schedule.spaced(intervalOf(clientSettings))
  })
  // The router does not know what its routes require.
  const app: Effect.Effect<
    HttpServerResponse.HttpServerResponse,
    unknown,
    StackServices | HttpServerRequest.HttpServerRequest | Scope.Scope
  > = yield* HttpRouter.toHttpEffect(routes) as Effect.Effect<never, never, Scope.Scope>
  const http = createServer()
  // After the server is closed. A connection that stays open would take a browser's next request and never answer it.
  yield* Effect.addFinalizer(() => Effect.sync(() => http.closeAllConnections()))
  const server = yield* NodeHttpServer.make(() => http, { host, port, gracefulShutdownTimeout: 0 }).pipe(
    Effect.mapError(
      () => new CannotRun({ message: `The console's port ${port} is in use: give another with --console-port.` })
    )
  )
  const rules = { port: "port" in server.address ? server.address.port : port, token, isWritable }
  const guarded = Effect.gen(function* () {
    const { method, headers } = yield* HttpServerRequest.HttpServerRequest
    const why = refusal({ method, headers }, rules)
    return why === undefined ? yield* app : failure(403, why)
  }).pipe(Effect.catchCause((cause) => Effect.succeed(failureOf(Cause.squash(cause)))))
  yield* server.serve(guarded)
  return `http://${host}:${rules.port}/`
})

const failure = (status: number, message: string) =>
  HttpServerResponse.jsonUnsafe({ message }, { status, headers: { "cache-control": "no-store" } })

const tagOf = (error: unknown): string =>
  typeof error === "object" && error !== null && "_tag" in error ? String(error._tag) : ""

const failureOf = (error: unknown) => {
  const tag = isHttpServerError(error) ? error.reason._tag : tagOf(error)
  const message = error instanceof Error ? error.message.replace(/\s+/g, " ") : String(error)
  if (tag === "RouteNotFound") return failure(404, "There is no such address.")
  if (error instanceof Incomplete || error instanceof ObjectMissing) return failure(404, message)
  const isOfCaller = error instanceof PayloadInvalid || error instanceof CannotRun || tag === "SchemaError"
  return failure(isOfCaller || tag === "RequestParseError" ? 400 : 502, message)
}
