import * as ConfigProvider from "effect/ConfigProvider"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { ImdbId } from "../../domain/ImdbId.ts"
import { variable } from "../../domain/variables.ts"
import { Metrics } from "../../services/Metrics.ts"
import { HttpGet } from "../../services/omdb/HttpGet.ts"
import { Omdb } from "../../services/omdb/Omdb.ts"
import { Secrets } from "../../services/Secrets.ts"
import { Account } from "../aws/Account.ts"
import { Stack } from "../Stack.ts"
import { findingsOf, notOnTheLocalCloud } from "./Finding.ts"

/** The calls of an operator are not the pipeline's. */
const noMetrics = Layer.succeed(Metrics)({
  movieEnriched: Effect.void,
  movieGap: () => Effect.void,
  omdbCalled: () => Effect.void,
  omdbQuotaHit: Effect.void,
  omdbKeyRejected: Effect.void,
  runStarted: () => Effect.void,
  runPublished: () => Effect.void,
  runCompleted: Effect.void,
  rowsLoaded: () => Effect.void
})

/** OMDb as the functions of the stack call it: with their secret and their base URL. */
const omdbOfStack = Layer.unwrap(
  Effect.map(Stack, ({ outputs: { omdb } }) => {
    const env = { [variable.omdbApiKeySecret]: omdb.secret, [variable.omdbBaseUrl]: omdb.baseUrl }
    const config = Layer.succeed(ConfigProvider.ConfigProvider)(ConfigProvider.fromEnv({ env }))
    return Omdb.layerNoDeps.pipe(Layer.provide([Secrets.layer, HttpGet.layer, noMetrics]), Layer.provide(config))
  })
)

const key = findingsOf("OMDb key")
const setKey = (stack: string) =>
  `Follow the link in OMDb's e-mail, or set another key: npm run pulumi -- config set --secret omdbApiKey ${stack}, then npm run up -- ${stack}`

/** Makes one request to OMDb, with the key in the stack's secret. */
export const checkOmdbKey = Effect.gen(function* () {
  const { flags } = yield* Stack
  const { details } = yield* Omdb
  return yield* details(ImdbId.make("tt0111161"), { maxCalls: 1 }).pipe(
    Effect.as(key.ok("valid and activated (checked with one request)")),
    Effect.catchTags({
      MovieNotFound: ({ message }) =>
        Effect.succeed(key.warning(message, "Check omdbBaseUrl in the stack's settings.")),
      DifferentMovieReturned: ({ message }) =>
        Effect.succeed(key.warning(message, "Check omdbBaseUrl in the stack's settings.")),
      KeyRejected: ({ message }) =>
        Effect.succeed(key.failed(`${message} It is wrong, revoked or not activated.`, setKey(flags))),
      QuotaExhausted: ({ message }) =>
        Effect.succeed(
          key.failed(message, "Wait until OMDb counts a new day, or use another key: docs/runbooks/omdb-quota.md")
        ),
      OmdbUnavailable: ({ message }) =>
        Effect.succeed(key.failed(message, "Wait until OMDb answers: movies are retried for more than a day.")),
      SecretUnreadable: ({ message, detail }) => key.failedCall(detail, message)
    })
  )
}).pipe(Effect.provide(omdbOfStack))

const quota = findingsOf("OMDb quota")
/** Requests a day of a free key. */
const freeQuota = 1_000

/** The requests of this stack today, from CloudWatch: OMDb does not report how many are left. */
export const checkOmdbQuota = Effect.fnUntraced(function* (stack: string | undefined) {
  if (stack === undefined) return quota.skipped(`${notOnTheLocalCloud}, which keeps no metrics`)
  const now = yield* DateTime.now
  const { omdbCalls } = yield* Account
  return yield* omdbCalls(stack, DateTime.toDateUtc(DateTime.startOf(now, "day")), DateTime.toDateUtc(now)).pipe(
    Effect.map((calls) => {
      const detail = `${calls} requests of this stack since 00:00 UTC, of ${freeQuota} a day of a free key; OMDb does not report how many are left`
      return calls < 0.9 * freeQuota
        ? quota.ok(detail)
        : quota.warning(detail, "Take fewer movies, or a key with a higher limit: docs/runbooks/omdb-quota.md")
    }),
    Effect.catchTag("AccountUnreadable", ({ detail }) => quota.failedCall(detail))
  )
})
