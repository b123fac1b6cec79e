import { inspect } from "node:util"
import { assert, describe, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as References from "effect/References"
import * as Tracer from "effect/Tracer"
import { logFailure } from "../../../handlers/lambda/failureOf.ts"
import { canaryKey, formsOfKey, textsWithKey } from "../../support/canaryKey.ts"
import { captureLogs } from "../../support/runEffects.ts"
import {
  foundMovie,
  htmlPage,
  invalidKey,
  limitReached,
  noReply,
  type Reply,
  refusal,
  transportError,
  unavailable
} from "../../support/ScriptedOmdb.ts"
import { details, withReplies } from "./omdbStage.ts"

describe("metrics of Omdb.details", () => {
  const delayed: Reply = (request, url) => Effect.delay(foundMovie()(request, url), "250 millis")

  it.effect.each([
    [
      "every call with its duration, a timed-out one too",
      [noReply, delayed],
      [
        ["omdbCalled", 7_000],
        ["omdbCalled", 250]
      ]
    ],
    ["a reached limit as a quota hit", [limitReached], [["omdbCalled", 0], ["omdbQuotaHit"]]],
    ["a rejected key as a key rejection", [invalidKey], [["omdbCalled", 0], ["omdbKeyRejected"]]]
  ] as const)("count %s", ([, replies, expected]) =>
    Effect.gen(function* () {
      assert.deepStrictEqual<unknown>((yield* withReplies(replies, details)).metrics, expected)
    })
  )

  it.effect("count a call that is interrupted", () =>
    Effect.gen(function* () {
      const { metrics } = yield* withReplies([noReply], Effect.timeout(details, "3 seconds"))
      assert.deepStrictEqual(metrics, [["omdbCalled", 3_000]])
    })
  )
})

describe("spans, log lines and errors of Omdb.details", () => {
  const inUrl = `/?${formsOfKey["encoded for a form"]}`

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
    ["an unknown error that quotes the request", refusal(400, `Bad request: ${inUrl}&i=tt0111161`)],
    [
      "a rejection that quotes the key",
      (request, url) => refusal(401, `Invalid API key: ${url.searchParams.get("apikey")}`)(request, url)
    ],
    ["a malformed movie that quotes the key", foundMovie({ imdbID: canaryKey })],
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
  ] satisfies ReadonlyArray<[string, Reply]>)("do not contain the API key after %s", ([, reply]) =>
    Effect.gen(function* () {
      const { tracer, spans, texts } = recordSpans()
      const logged = details.pipe(
        Effect.tapCause((cause) => Effect.logError("the cause", cause)),
        Effect.tapCause((cause) => logFailure("Error", "the cause as handlers log it", cause)),
        Effect.provideService(References.MinimumLogLevel, "All"),
        captureLogs,
        Effect.withTracer(tracer)
      )
      const { exit } = yield* withReplies([reply], logged, { keys: [canaryKey, `2${canaryKey}`] })
      const { result, lines } = yield* exit
      assert.includeMembers(
        spans.map(({ name }) => name),
        ["Omdb.details", "Omdb.request"]
      )
      const outcome = [inspect(result, { depth: 20, showHidden: true }), JSON.stringify(result)]
      assert.deepStrictEqual(textsWithKey([...lines, ...texts(), ...outcome]), [])
    })
  )
})
