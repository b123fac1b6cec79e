import { inspect } from "node:util"
import { assert, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as References from "effect/References"
import * as Tracer from "effect/Tracer"
import * as TestClock from "effect/testing/TestClock"
import { ImdbId } from "../../../domain/ImdbId.ts"
import { logFailure } from "../../../handlers/lambda/failureOf.ts"
import { Omdb } from "../../../services/omdb/Omdb.ts"
import { captureLogs } from "../../support/captureLogs.ts"
import { FakeMetrics } from "../../support/FakeMetrics.ts"
import { FakeSecrets } from "../../support/FakeSecrets.ts"
import {
  foundMovie,
  htmlPage,
  invalidKey,
  limitReached,
  type Reply,
  refusal,
  ScriptedOmdb,
  transportError,
  unavailable
} from "../../support/ScriptedOmdb.ts"
import { settings } from "../../support/settings.ts"

const canary = "canary-7f3a"

/** Keeps every span with all that an exporter could send of it. */
const recorder = () => {
  const spans: Array<Tracer.NativeSpan> = []
  const tracer = Tracer.make({
    span: (options) => {
      const span = new Tracer.NativeSpan(options)
      spans.push(span)
      return span
    }
  })
  const told = () =>
    spans.map(({ name, attributes, events, links, status }) => {
      const ended = status._tag === "Ended" ? status.exit : undefined
      const cause = ended !== undefined && Exit.isFailure(ended) ? ended.cause : undefined
      return [
        inspect({ name, attributes, events, links, ended }, { depth: 20, showHidden: true }),
        JSON.stringify({ ended }),
        cause === undefined ? "" : Cause.pretty(cause)
      ].join("\n")
    })
  return { tracer, spans, told }
}

it.effect.each([
  ["a found movie", foundMovie()],
  ["a busy server", unavailable],
  ["a page that blocks", htmlPage(403)],
  ["a rejected key", invalidKey],
  ["a used-up quota", limitReached],
  ["an unknown refusal that quotes the request", refusal(400, `Bad request: /?apikey=${canary}&i=tt0111161`)],
  [
    "a rejection that quotes the key",
    (request, url) => refusal(401, `Invalid API key: ${url.searchParams.get("apikey")}`)(request, url)
  ],
  ["a malformed movie that quotes the key", foundMovie({ imdbID: canary })],
  [
    "a transport error that quotes the URL in its message and in its causes",
    transportError((url) =>
      Object.assign(new TypeError(`fetch failed: ${url}`, { cause: new Error(`GET ${url.href}`) }), {
        input: url.href,
        request: { url }
      })
    )
  ],
  ["a transport error that is the URL itself", transportError((url) => url.href)]
] satisfies ReadonlyArray<[string, Reply]>)(
  "no span, log line or error has the API key in it after %s",
  ([, reply]) => {
    const { tracer, spans, told } = recorder()
    const layer = Omdb.layerNoDeps.pipe(
      Layer.provide([
        new ScriptedOmdb(reply).layer,
        new FakeSecrets(canary, `${canary}-2`).layer,
        new FakeMetrics().layer,
        settings()
      ])
    )
    return Effect.gen(function* () {
      const asking = Omdb.use((omdb) => omdb.details(ImdbId.make("tt0111161"))).pipe(
        Effect.tapCause((cause) => Effect.logError("the cause as it is", cause)),
        Effect.tapCause((cause) => logFailure("Error", "the cause as handlers log it", cause)),
        Effect.provideService(References.MinimumLogLevel, "All"),
        captureLogs
      )
      const fiber = yield* Effect.forkChild(asking.pipe(Effect.withTracer(tracer)))
      yield* TestClock.adjust("1 minute")
      const { result, lines } = yield* Fiber.join(fiber)

      assert.includeMembers(
        spans.map(({ name }) => name),
        ["Omdb.details", "Omdb.request"]
      )
      const everything = [...lines, ...told(), inspect(result, { depth: 20, showHidden: true }), JSON.stringify(result)]
      assert.deepStrictEqual(
        everything.filter((text) => text.includes(canary)),
        []
      )
    }).pipe(Effect.provide(layer))
  }
)
