import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import { csvKey, enrichedKey } from "../../../domain/keys.ts"
import { readDeadLetters } from "../../../operator/dlq/DeadLetter.ts"
import type { DeadLetterQueueName } from "../../../operator/dlq/DeadLetterQueue.ts"
import { RunStore } from "../../../services/RunStore.ts"
import { S3 } from "../../../services/S3.ts"
import { ModelAccount, modelServices } from "../../model/ModelAccount.ts"
import { modelOperatorServices } from "../../model/modelSqs.ts"
import { enrichedMovie, gapOf, idOf, rosterOf, runDate } from "../../support/exampleRun.ts"
import { stackWithoutResources } from "../exampleStack.ts"

type Store = RunStore["Service"]

const [movie] = rosterOf([1]).movies
const movieMessage = {
  version: 1,
  type: "movie",
  runDate,
  rosterCreatedAt: "2026-11-21T06:00:00.000Z",
  total: 1,
  movie
}
const exportMessage = { version: 1, type: "movie", runDate, imdbId: idOf(1), outcome: "enriched" }
const request = { version: 1, type: "export", runDate }
const notification = {
  Records: [
    {
      eventName: "ObjectCreated:Put",
      s3: { bucket: { name: "movies" }, object: { key: encodeURIComponent(csvKey(runDate)), sequencer: "A" } }
    }
  ]
}
const event = { runDate }
const functionArn = "arn:aws:lambda:eu-central-1:000000000000:function:GetMoviesAndSendToQueue"
const failureRecord = (responsePayload: object | null) => ({
  requestContext: { functionArn, condition: "RetriesExhausted", approximateInvokeCount: 3 },
  requestPayload: event,
  responsePayload
})
const schedulerError = { ERROR_CODE: "AccessDeniedException", ERROR_MESSAGE: "lambda:InvokeFunction is not allowed" }

/** Sends a message to a dead-letter queue at 06:00 and reads the queue. `store` writes objects first. */
const diagnose = (
  queue: DeadLetterQueueName,
  body: unknown,
  store: (store: Store) => Effect.Effect<void, unknown, S3> = () => Effect.void,
  attributes?: Readonly<Record<string, string>>
) =>
  Effect.gen(function* () {
    const account = new ModelAccount()
    const bucket = account.createBucket("movies").name
    const { url } = account.createQueue({ name: queue, visibilityTimeoutSeconds: 30, retentionDays: 14 })
    const services = modelServices(account)
    const runStore = RunStore.layerFor(bucket).pipe(Layer.provide(services))
    const sentAt = Date.parse("2026-11-21T06:00:00.000Z")
    yield* TestClock.setTime(sentAt)
    account.findQueue(url).send(sentAt, { body: typeof body === "string" ? body : JSON.stringify(body), attributes })
    return yield* Effect.gen(function* () {
      yield* Effect.flatMap(RunStore, store)
      const { deadLetters, unseen } = yield* readDeadLetters({ name: queue, url, source: undefined, holds: "" })
      assert.deepStrictEqual([deadLetters.length, unseen], [1, 0])
      return deadLetters[0]
    }).pipe(Effect.provide(Layer.mergeAll(services, runStore, modelOperatorServices(account), stackWithoutResources)))
  })

describe("readDeadLetters", () => {
  const lostExport = "the movie is enriched, but its export message or the acknowledgement was lost"
  const noGap = "no gap was written: the function was stopped on its last attempt"
  const laterGap = gapOf(1, { at: "2026-11-21T06:02:00.000Z" })
  const earlierGap = gapOf(1, { at: "2026-11-21T05:00:00.000Z" })
  const writeInvalid = ({ bucket }: Store) =>
    S3.use(({ putText }) => putText({ bucket, key: enrichedKey(runDate, idOf(1)) }, "{}", "application/json"))
  const both = ({ writeEnriched, writeGap }: Store) =>
    Effect.andThen(writeEnriched(enrichedMovie(1)), writeGap(laterGap))

  it.effect.each<[string, string, (store: Store) => Effect.Effect<void, unknown, S3>]>([
    ["the gap of this message", "MovieNotFound: OMDb has no such movie", ({ writeGap }) => writeGap(laterGap)],
    ["the gap rather than an object of an earlier run", "MovieNotFound: OMDb has no such movie", both],
    [
      "a provisional gap, which was not the last failure",
      "the function was stopped on its last attempt; before, MovieNotFound: OMDb has no such movie",
      ({ writeGap }) => writeGap({ ...laterGap, nextAttemptAt: "2026-11-21T06:07:00.000Z" })
    ],
    ["no gap, where the only one is older than the message", noGap, ({ writeGap }) => writeGap(earlierGap)],
    ["no gap, where nothing is stored", noGap, () => Effect.void],
    ["no gap, where the object is not a valid document", noGap, writeInvalid],
    ["a lost export message", lostExport, ({ writeEnriched }) => writeEnriched(enrichedMovie(1))]
  ])("names as the cause of a movie: %s", ([, cause, store]) =>
    Effect.gen(function* () {
      const expected = { queue: "movies" as const, runDate, imdbId: idOf(1), about: "#1 Movie 1", cause }
      assert.deepInclude(yield* diagnose("movies", movieMessage, store), expected)
    })
  )

  it.effect.each<[DeadLetterQueueName, unknown, object, Readonly<Record<string, string>>?]>([
    [
      "exports",
      exportMessage,
      { about: "export after tt0000001 (enriched)", cause: "see the log of ExportMoviesToCsv" }
    ],
    ["exports", request, { about: "export request", cause: "see the log of ExportMoviesToCsv" }],
    ["movies", request, { about: "export request", cause: "see the log of EnrichAndStoreMovie" }],
    ["loads", notification, { about: csvKey(runDate), cause: "see the log of LoadCsvToDynamoDb" }],
    [
      "failed-runs",
      failureRecord({ errorType: "SourceListUnusable", errorMessage: "no items" }),
      { about: '{"runDate":"2026-11-21"}', cause: "SourceListUnusable: no items" }
    ],
    ["failed-runs", failureRecord(null), { cause: "RetriesExhausted" }],
    ["daily", event, { cause: "AccessDeniedException: lambda:InvokeFunction is not allowed" }, schedulerError],
    ["daily", event, { about: '{"runDate":"2026-11-21"}', cause: "the message names no cause" }],
    // In Berlin, the time zone of the schedule.
    ["daily", { scheduledTime: "2026-11-20T23:30:00Z" }, { about: '{"scheduledTime":"2026-11-20T23:30:00Z"}' }]
  ])("reads a message of %s: %j", ([queue, body, expected, attributes]) =>
    Effect.gen(function* () {
      assert.deepInclude(yield* diagnose(queue, body, undefined, attributes), { queue, runDate, ...expected })
    })
  )

  it.effect.each<[DeadLetterQueueName, string]>([
    ["daily", "not a JSON event"],
    ["failed-runs", "not a failure record of Lambda"],
    ["movies", "not a movie message"],
    ["exports", "not an export message"],
    ["loads", "not an S3 notification of a CSV"]
  ])("shows the body of a message of %s that is %s", ([queue, cause]) =>
    Effect.gen(function* () {
      assert.deepInclude(yield* diagnose(queue, "{a\nbody"), { queue, about: "{a body", cause })
    })
  )
})
