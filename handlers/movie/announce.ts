import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { deadlineOf, lateExportDelay } from "../../domain/deadline.ts"
import { ExportRequest, MovieOutcomeMessage } from "../../domain/Messages.ts"
import type { Instant } from "../../domain/Values.ts"
import { Sqs } from "../../services/Sqs.ts"
import type { Attempt } from "./Attempt.ts"

/**
 * Sends stage 3 the outcome of a movie: at once before the run's deadline, afterwards as an export request together with
 * other late movies. `at`: the instant of the object.
 */
export const announce = Effect.fnUntraced(function* (
  { message: { runDate, movie, rosterCreatedAt }, record, settings }: Attempt,
  outcome: MovieOutcomeMessage["outcome"],
  at: Instant
) {
  const { sendAll } = yield* Sqs
  if ((yield* Clock.currentTimeMillis) > deadlineOf(rosterCreatedAt)) {
    const body = encodeRequest({ version: 1, type: "export", runDate })
    return yield* sendAll(settings.moviesQueue, [{ body, delaySeconds: Duration.toSeconds(lateExportDelay) }])
  }
  const body = encodeOutcome({ version: 1, type: "movie", runDate, imdbId: movie.imdbId, outcome })
  // The deduplication id contains the instant of the object. With the movie or the message alone, SQS would drop the
  // message for a newer object as a duplicate for five minutes. See docs/decisions/0007.
  const deduplicationId = `${record.messageId}-${outcome}-${at}`
  yield* sendAll(settings.exportsQueue, [{ body, groupId: runDate, deduplicationId }])
})

/**
 * Sends a received request to stage 3. Requests of one run within four minutes have one deduplication id: all objects that
 * they announce were written before the first of them was forwarded, since each request was delayed by five minutes.
 */
export const forwardExportRequest = Effect.fn("EnrichAndStoreMovie.forwardExportRequest")(function* (
  { runDate }: ExportRequest,
  exportsQueue: string
) {
  const window = Math.floor((yield* Clock.currentTimeMillis) / Duration.toMillis("4 minutes"))
  const body = encodeRequest({ version: 1, type: "export", runDate })
  const message = { body, groupId: runDate, deduplicationId: `${runDate}-export-${window}` }
  yield* Sqs.use(({ sendAll }) => sendAll(exportsQueue, [message]))
  yield* Effect.logInfo("Export requested")
})

const encodeOutcome = Schema.encodeSync(Schema.fromJsonString(MovieOutcomeMessage))
const encodeRequest = Schema.encodeSync(Schema.fromJsonString(ExportRequest))
