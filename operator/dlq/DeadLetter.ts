import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { ImdbId } from "../../domain/ImdbId.ts"
import { runDateOfCsvKey, runDateOfManifestKey } from "../../domain/keys.ts"
import { ExportsQueueMessage, MoviesQueueMessage } from "../../domain/Messages.ts"
import { RunDate } from "../../domain/RunDate.ts"
import { objectCreatedRecords, S3Notification } from "../../domain/S3Notification.ts"
import { whenValid } from "../../services/documents.ts"
import { RunStore } from "../../services/RunStore.ts"
import { Queues, type ReceivedMessage } from "../aws/Queues.ts"
import { Stack } from "../Stack.ts"
import { type DeadLetterQueue, DeadLetterQueueName } from "./DeadLetterQueue.ts"
import { decodeFailureRecord, decodeUndeliveredEvent, type FailedEvent, runDateOfEvent } from "./FailedEvent.ts"
import { payloadOf } from "./payload.ts"

const Diagnosis = Schema.Struct({
  /** Absent where the message names none. */
  runDate: Schema.optionalKey(RunDate),
  imdbId: Schema.optionalKey(ImdbId),
  about: Schema.String,
  cause: Schema.String
})
type Diagnosis = typeof Diagnosis.Type

export const DeadLetter = Schema.Struct({
  ...Diagnosis.fields,
  queue: DeadLetterQueueName,
  messageId: Schema.String,
  /** When it was sent first, before it was a dead letter: ISO 8601. */
  sentAt: Schema.String,
  /** What a redrive sends: JSON, unless the message is not. */
  payload: Schema.String
})
export type DeadLetter = typeof DeadLetter.Type

interface QueueContents {
  readonly deadLetters: ReadonlyArray<DeadLetter>
  /** Number of messages that were not received: in flight or, in a FIFO queue, behind others of their group. */
  readonly unseen: number
}

/** Receives the messages of a dead-letter queue and makes them visible again at once. Each receive counts as one. */
export const readDeadLetters = Effect.fnUntraced(function* ({ name, url }: DeadLetterQueue) {
  const queues = yield* Queues
  const { visible, hidden } = yield* queues.attributes(url)
  const messages: Array<ReceivedMessage> = []
  yield* Effect.gen(function* () {
    while (messages.length < visible) {
      const received = yield* queues.receive(url, visible - messages.length)
      if (received.length === 0) return
      messages.push(...received)
    }
  }).pipe(Effect.ensuring(Effect.suspend(() => Effect.ignore(queues.release(url, messages)))))
  const deadLetters = yield* Effect.forEach(messages, (message) => diagnose(name, message), { concurrency: 8 })
  return {
    deadLetters: deadLetters.sort(byRunAndSubject),
    unseen: visible + hidden - messages.length
  } satisfies QueueContents
})

const { compare } = new Intl.Collator("en", { numeric: true })

/** SQS delivers in any order. */
const byRunAndSubject = (one: DeadLetter, other: DeadLetter): number =>
  compare(`${one.runDate} ${one.about}`, `${other.runDate} ${other.about}`)

const diagnose = Effect.fnUntraced(function* (queue: DeadLetterQueueName, message: ReceivedMessage) {
  const { timeZone } = (yield* Stack).outputs
  const diagnosis: Diagnosis = queue === "movies" ? yield* diagnoseMovie(message) : diagnoses[queue](message, timeZone)
  const sentAt = DateTime.formatIso(DateTime.makeUnsafe(message.sentAt))
  return {
    queue,
    messageId: message.messageId,
    sentAt,
    ...diagnosis,
    payload: payloadOf(queue, message)
  } satisfies DeadLetter
})

const diagnoseMovie = Effect.fnUntraced(function* (message: ReceivedMessage) {
  const decoded = decodeMovie(message.body)
  if (Option.isNone(decoded)) return unreadable("a movie message", message)
  if (decoded.value.type === "export") return exportRequest(decoded.value.runDate, "EnrichAndStoreMovie")
  const { runDate, movie } = decoded.value
  const { imdbId, rank, title } = movie
  const { readGap, readEnriched } = yield* RunStore
  // Gaps are never deleted: one from before this message is from an earlier run of the same date.
  const stored = yield* whenValid(readGap(runDate, imdbId))
  const gap = Option.filter(stored, ({ at }) => Date.parse(at) >= message.sentAt)
  const about = `#${rank} ${title}`
  if (Option.isSome(gap)) {
    const { reason, detail, nextAttemptAt } = gap.value
    const when = nextAttemptAt === undefined ? "" : "the function was stopped on its last attempt; before, "
    return { runDate, imdbId, about, cause: `${when}${reason}: ${detail}` }
  }
  const cause = Option.isSome(yield* whenValid(readEnriched(runDate, imdbId)))
    ? "the movie is enriched, but its export message or the acknowledgement was lost"
    : "no gap was written: the function was stopped on its last attempt"
  return { runDate, imdbId, about, cause }
})

const diagnoseExport = (message: ReceivedMessage): Diagnosis =>
  Option.match(decodeExport(message.body), {
    onNone: () => unreadable("an export message", message),
    onSome: (message) => {
      if (message.type === "export") return exportRequest(message.runDate, "ExportMoviesToCsv")
      const { runDate, imdbId, outcome } = message
      const about = `export after ${imdbId} (${outcome})`
      return { runDate, imdbId, about, cause: "see the log of ExportMoviesToCsv" }
    }
  })

const exportRequest = (runDate: RunDate, stage: string): Diagnosis => {
  return { runDate, about: "export request", cause: `see the log of ${stage}` }
}

const diagnoseNotification =
  (document: string, runDateOf: (key: string) => Option.Option<RunDate>, stage: string) =>
  (message: ReceivedMessage): Diagnosis => {
    const [created] = Option.getOrElse(Option.map(decodeNotification(message.body), objectCreatedRecords), () => [])
    if (created === undefined) return unreadable(`an S3 notification of a ${document}`, message)
    const { key } = created.s3.object
    return { ...ofRun(runDateOf(key)), about: key, cause: `see the log of ${stage}` }
  }

const diagnoseEvent =
  (decode: (message: ReceivedMessage) => Option.Option<FailedEvent>, expected: string) =>
  (message: ReceivedMessage, timeZone: string): Diagnosis =>
    Option.match(decode(message), {
      onNone: () => unreadable(expected, message),
      onSome: ({ event, cause = "the message names no cause" }) => {
        return { ...ofRun(runDateOfEvent(event, timeZone)), about: JSON.stringify(event), cause }
      }
    })

const unreadable = (expected: string, { body }: ReceivedMessage): Diagnosis => {
  return { about: body.replace(/\s+/g, " ").slice(0, 100), cause: `not ${expected}` }
}

const ofRun = (runDate: Option.Option<RunDate>) => (Option.isSome(runDate) ? { runDate: runDate.value } : {})

const diagnoses = {
  daily: diagnoseEvent(decodeUndeliveredEvent, "a JSON event"),
  "failed-runs": diagnoseEvent(decodeFailureRecord, "a failure record of Lambda"),
  exports: diagnoseExport,
  loads: diagnoseNotification("CSV", runDateOfCsvKey, "LoadCsvToDynamoDb"),
  reports: diagnoseNotification("manifest", runDateOfManifestKey, "PublishReport")
}

const decodeMovie = Schema.decodeUnknownOption(Schema.fromJsonString(MoviesQueueMessage))
const decodeExport = Schema.decodeUnknownOption(Schema.fromJsonString(ExportsQueueMessage))
const decodeNotification = Schema.decodeUnknownOption(Schema.fromJsonString(S3Notification))
