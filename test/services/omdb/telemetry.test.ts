import { inspect } from "node:util"
import { assert, describe, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as References from "effect/References"
import * as Tracer from "effect/Tracer"
import * as TestClock from "effect/testing/TestClock"
import { logFailure } from "../../../handlers/lambda/failureOf.ts"
import { captureLogs } from "../../support/runEffects.ts"
import {
  foundMovie,
  htmlPage,
  invalidKey,
  limitReached,
  noReply,
  type Reply,
  refusal,
  ScriptedOmdb,
  transportError,
  unavailable
} from "../../support/ScriptedOmdb.ts"
import { details, omdbStage, timed } from "./omdbStage.ts"

describe("metrics of Omdb.details", () => {
  const delayed =
    (reply: Reply): Reply =>
    (request, url) =>
      Effect.delay(reply(request, url), "250 millis")
  const metricsOf = (replies: ReadonlyArray<Reply>, keys = ["canary"]) => {
    const { layer, account } = omdbStage(new ScriptedOmdb(...replies).layer, { keys })
    return Effect.as(Effect.provide(timed(details), layer), account.metrics)
  }

  it.effect("count every call with its duration, a timed-out one too", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* metricsOf([noReply, delayed(foundMovie())]), [
        ["omdbCalled", 8_000],
        ["omdbCalled", 250]
      ])
    })
  )

  it.effect("count a call that is interrupted", () =>
    Effect.gen(function* () {
      const { layer, account } = omdbStage(new ScriptedOmdb(noReply).layer)
      const fiber = yield* Effect.forkChild(Effect.provide(details, layer))
      yield* Effect.repeat(Effect.yieldNow, { times: 100 })
      yield* TestClock.adjust("3 seconds")
      yield* Fiber.interrupt(fiber)
      assert.deepStrictEqual(account.metrics, [["omdbCalled", 3_000]])
    })
  )

  it.effect("count a reached limit, and not a rejected key, as a quota hit", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* metricsOf([limitReached]), [["omdbCalled", 0], ["omdbQuotaHit"]])
      assert.deepStrictEqual(yield* metricsOf([invalidKey], ["canary", "new"]), [
        ["omdbCalled", 0],
        ["omdbCalled", 0]
      ])
    })
  )
})

describe("spans, log lines and errors of Omdb.details", () => {
  const canary = "canary-7f3a"

  /** Keeps every span, and returns all text that an exporter could send of them. */
  const recordSpans = () => {
    const spans: Array<Tracer.NativeSpan> = []
    const tracer = Tracer.make({
      span: (options) => {
        const span = new Tracer.NativeSpan(options)
        spans.push(span)
        return span
      }
    })
    const texts = () =>
      spans.map(({ name, attributes, events, links, status }) => {
        const exit = status._tag === "Ended" ? status.exit : undefined
        return [
          inspect({ name, attributes, events, links, exit }, { depth: 20, showHidden: true }),
          JSON.stringify({ exit }),
          exit !== undefined && Exit.isFailure(exit) ? Cause.pretty(exit.cause) : ""
        ].join("\n")
      })
    return { tracer, spans, texts }
  }

  it.effect.each([
    ["a found movie", foundMovie()],
    ["a 503", unavailable],
    ["a 403 in HTML", htmlPage(403)],
    ["a rejected key", invalidKey],
    ["a reached limit", limitReached],
    ["an unknown error that quotes the request", refusal(400, `Bad request: /?apikey=${canary}&i=tt0111161`)],
    [
      "a rejection that quotes the key",
      (request, url) => refusal(401, `Invalid API key: ${url.searchParams.get("apikey")}`)(request, url)
    ],
    ["a malformed movie that quotes the key", foundMovie({ imdbID: canary })],
    [
      "a transport error that quotes the URL in its message and causes",
      transportError((url) =>
        Object.assign(new TypeError(`fetch failed: ${url}`, { cause: new Error(`GET ${url.href}`) }), {
          input: url.href,
          request: { url }
        })
      )
    ],
    ["a transport error that is the URL", transportError((url) => url.href)]
  ] satisfies ReadonlyArray<[string, Reply]>)("do not contain the API key after %s", ([, reply]) => {
    const { tracer, spans, texts } = recordSpans()
    return Effect.gen(function* () {
      const logged = details.pipe(
        Effect.tapCause((cause) => Effect.logError("the cause", cause)),
        Effect.tapCause((cause) => logFailure("Error", "the cause as handlers log it", cause)),
        Effect.provideService(References.MinimumLogLevel, "All"),
        captureLogs,
        Effect.withTracer(tracer)
      )
      const { result, lines } = yield* (yield* timed(logged)).exit
      assert.includeMembers(
        spans.map(({ name }) => name),
        ["Omdb.details", "Omdb.request"]
      )
      const everything = [
        ...lines,
        ...texts(),
        inspect(result, { depth: 20, showHidden: true }),
        JSON.stringify(result)
      ]
      assert.deepStrictEqual(
        everything.filter((text) => text.includes(canary)),
        []
      )
    }).pipe(Effect.provide(omdbStage(new ScriptedOmdb(reply).layer, { keys: [canary, `${canary}-2`] }).layer))
  })
})
