import * as Clock from "effect/Clock"
import * as Config from "effect/Config"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Equal from "effect/Equal"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Ref from "effect/Ref"
import * as Schedule from "effect/Schedule"
import type { ImdbId } from "../../domain/ImdbId.ts"
import type { OmdbDetails } from "../../domain/OmdbDetails.ts"
import { variable } from "../../domain/variables.ts"
import { remainingTime } from "../InvocationDeadline.ts"
import { Metrics } from "../Metrics.ts"
import { Secrets, type SecretUnreadable } from "../Secrets.ts"
import { HttpGet } from "./HttpGet.ts"
import { type KeyRejected, type OmdbError, OmdbUnavailable, type QuotaExhausted } from "./OmdbErrors.ts"
import { redactKey } from "./redactKey.ts"
import { parseReply } from "./reply.ts"

/** The OMDb API. Transient failures are retried within the invocation's time; every call is counted as a metric. */
export class Omdb extends Context.Service<
  Omdb,
  {
    /** At most `maxCalls` requests while OMDb is unavailable. */
    readonly details: (
      imdbId: ImdbId,
      options: { readonly maxCalls: number }
    ) => Effect.Effect<OmdbDetails, OmdbError | SecretUnreadable>
  }
>()("imdb-etl/services/omdb/Omdb") {
  static readonly layerNoDeps = Layer.effect(
    Omdb,
    Effect.gen(function* () {
      const url = (yield* Config.URL(variable.omdbBaseUrl)).href.replace(/\/*$/, "/")
      const secrets = yield* Secrets
      const { get } = yield* HttpGet
      const metrics = yield* Metrics

      const measured = <A, E, R>(call: Effect.Effect<A, E, R>) =>
        Effect.acquireUseRelease(
          Clock.currentTimeMillis,
          () => call,
          (start) => Effect.flatMap(Clock.currentTimeMillis, (end) => metrics.omdbCalled(Duration.millis(end - start)))
        )

      const request = Effect.fn("Omdb.request")(
        function* (imdbId: ImdbId, apikey: Redacted.Redacted<string>, _maxCalls: number) {
          const duration = yield* callTimeout
          const { status, body } = yield* get({
            url,
            params: { apikey, i: imdbId },
            // OMDb refuses a request without a user agent.
            headers: { accept: "application/json", "user-agent": "imdb-serverless-etl" },
            maxBytes: maxBodyBytes
          }).pipe(
            Effect.mapError(({ code }) => new OmdbUnavailable({ detail: `no response (${code})` })),
            Effect.timeoutOrElse({
              duration,
              orElse: () => new OmdbUnavailable({ detail: `no response within ${Duration.format(duration)}` })
            }),
            measured
          )
          if (Option.isNone(body)) {
            return yield* new OmdbUnavailable({ detail: `status ${status} with more than ${maxBodyBytes} bytes` })
          }
          return yield* parseReply(imdbId, { status, body: body.value }, redactKey(Redacted.value(apikey)))
        },
        Effect.tapErrorTag("QuotaExhausted", () => metrics.omdbQuotaHit),
        (self, _imdbId, _apikey, maxCalls) => Effect.retry(self, retryPolicy(maxCalls - 1))
      )

      const details = Effect.fn("Omdb.details")(function* (
        imdbId: ImdbId,
        { maxCalls }: { readonly maxCalls: number }
      ) {
        const key = yield* secrets.omdbApiKey
        return yield* request(imdbId, key, maxCalls).pipe(
          Effect.catchTag("KeyRejected", (rejected) =>
            secrets.omdbApiKeyAfterRejection(key).pipe(
              // Whether there is another key is not known then. OMDb has rejected this one.
              Effect.mapError(() => rejected),
              Effect.flatMap((fresh) =>
                Equal.equals(fresh, key) ? Effect.fail(rejected) : request(imdbId, fresh, maxCalls)
              )
            )
          ),
          Effect.tapErrorTag("KeyRejected", () => metrics.omdbKeyRejected)
        )
      })

      return Omdb.of({ details })
    })
  )

  static readonly layer = this.layerNoDeps.pipe(Layer.provide([Secrets.layer, HttpGet.layer, Metrics.layer]))
}

/** Makes no further call once OMDb refused the key or its quota: that refusal holds for every movie of the batch. */
export const stopAfterRefusal = Effect.fnUntraced(function* (omdb: Omdb["Service"]) {
  const refusal = yield* Ref.make(Option.none<KeyRejected | QuotaExhausted>())
  return Omdb.of({
    details: Effect.fnUntraced(function* (imdbId, options) {
      const refused = yield* Ref.get(refusal)
      if (Option.isSome(refused)) return yield* refused.value
      return yield* omdb
        .details(imdbId, options)
        .pipe(Effect.tapErrorTag(["KeyRejected", "QuotaExhausted"], (error) => Ref.set(refusal, Option.some(error))))
    })
  })
})

/** A movie has about 2,000 bytes. Anything near this limit is no movie, and would be too large for later reads. */
const maxBodyBytes = 1_000_000
const longestCall = Duration.seconds(7)
const shortestCall = Duration.seconds(1)
/** The part of the invocation's time that the handler needs after the last call. */
const reserve = Duration.seconds(3)

const timeForCalls = Effect.map(remainingTime, (left) => Duration.subtract(left, reserve))

const callTimeout = Effect.flatMap(timeForCalls, (left) =>
  Duration.isLessThan(left, shortestCall)
    ? new OmdbUnavailable({ detail: "no time left in the invocation for a call" })
    : Effect.succeed(Duration.min(left, longestCall))
)

// Seconds only: SQS retries after minutes. A retry is not started when the time left is too short for a call.
const retryPolicy = (times: number) =>
  Schedule.exponential("500 millis").pipe(
    Schedule.jittered,
    Schedule.upTo({ times }),
    Schedule.setInputType<OmdbError>(),
    Schedule.while(({ input, duration }) =>
      Effect.map(
        timeForCalls,
        (left) => input._tag === "OmdbUnavailable" && !Duration.isLessThan(left, Duration.sum(duration, shortestCall))
      )
    )
  )
