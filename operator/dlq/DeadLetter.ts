import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { ImdbId } from "../../domain/ImdbId.ts"
import { enrichedKey, gapKey, runDateOfCsvKey } from "../../domain/keys.ts"
import { ExportMessage, MovieMessage } from "../../domain/Messages.ts"
import type { RunDate } from "../../domain/RunDate.ts"
import { objectCreatedRecords, S3Notification } from "../../domain/S3Notification.ts"
import type { Held } from "../aws/Queues.ts"
import { findGap, isThere } from "../stack/documents.ts"
import type { Name } from "./DeadLetterQueue.ts"
import { causeOfFailure, decodeFailureRecord } from "./FailureRecord.ts"
import { runOfEvent } from "./RunEvent.ts"

interface Read {
  /** Absent where the message names none. */
  readonly runDate?: RunDate
  readonly imdbId?: ImdbId
  readonly about: string
  readonly cause: string
}

/** A message of a dead-letter queue, read. */
export interface DeadLetter extends Read {
  readonly queue: Name
  readonly messageId: string
  /** When it was first sent, ISO 8601. */
  readonly sentAt: string
}

const ofRun = (runDate: Option.Option<RunDate>) => (Option.isSome(runDate) ? { runDate: runDate.value } : {})

const unreadable = (expected: string, { body }: Held): Read => ({
  about: body.replace(/\s+/g, " ").slice(0, 100),
  cause: `it is not ${expected}`
})

const readMovie = Effect.fnUntraced(function* (held: Held) {
  const message = decodeMovie(held.body)
  if (Option.isNone(message)) return unreadable("a movie of a run", held)
  const { runDate, movie } = message.value
  const { imdbId, rank, title } = movie
  // Gaps are never deleted, and a day may have been run before: an older one tells nothing of this message.
  const gap = Option.filter(yield* findGap(gapKey(runDate, imdbId)), ({ at }) => Date.parse(at) >= held.sentAt)
  const cause = Option.isSome(gap)
    ? `${gap.value.reason}: ${gap.value.detail}`
    : (yield* isThere(enrichedKey(runDate, imdbId)))
      ? "the movie is enriched; the word of it to the export, or the acknowledgement, was lost"
      : "no gap tells: the function was cut off on the last attempt"
  return { runDate, imdbId, about: `#${rank} ${title}`, cause }
})

const readExport = (held: Held): Read =>
  Option.match(decodeExport(held.body), {
    onNone: () => unreadable("word of a movie that is accounted for", held),
    onSome: ({ runDate, imdbId, outcome }) => ({
      runDate,
      imdbId,
      about: `the export after ${imdbId} (${outcome})`,
      cause: "the log of ExportMoviesToCsv tells"
    })
  })

const readLoad = (held: Held): Read => {
  const [arrival] = Option.getOrElse(Option.map(decodeArrivals(held.body), objectCreatedRecords), () => [])
  if (arrival === undefined) return unreadable("the arrival of a CSV", held)
  const { key } = arrival.s3.object
  return { ...ofRun(runDateOfCsvKey(key)), about: key, cause: "the log of LoadCsvToDynamoDb tells" }
}

const readFailedRun = (held: Held): Read =>
  Option.match(decodeFailureRecord(held.body), {
    onNone: () => unreadable("a failure record of Lambda", held),
    onSome: (record) => ({
      ...ofRun(runOfEvent(record.requestPayload)),
      about: JSON.stringify(record.requestPayload),
      cause: causeOfFailure(record)
    })
  })

const readDaily = ({ body, attributes }: Held): Read => {
  const said = ["ERROR_CODE", "ERROR_MESSAGE"].map((name) => attributes[name]?.StringValue)
  const cause = said.filter((part) => part !== undefined).join(": ")
  const runDate = Option.flatMap(decodeJson(body), runOfEvent)
  return { ...ofRun(runDate), about: body, cause: cause === "" ? "the scheduler did not say" : cause }
}

const readers = {
  daily: (held: Held) => Effect.succeed(readDaily(held)),
  "failed-runs": (held: Held) => Effect.succeed(readFailedRun(held)),
  movies: readMovie,
  exports: (held: Held) => Effect.succeed(readExport(held)),
  loads: (held: Held) => Effect.succeed(readLoad(held))
}

/** What a message is about and why it is here, as far as that can be known. */
export const readDeadLetter = Effect.fnUntraced(function* (queue: Name, held: Held) {
  const read: Read = yield* readers[queue](held)
  const sentAt = DateTime.formatIso(DateTime.makeUnsafe(held.sentAt))
  return { queue, messageId: held.messageId, sentAt, ...read } satisfies DeadLetter
})

const decodeMovie = Schema.decodeUnknownOption(Schema.fromJsonString(MovieMessage))
const decodeExport = Schema.decodeUnknownOption(Schema.fromJsonString(ExportMessage))
const decodeArrivals = Schema.decodeUnknownOption(Schema.fromJsonString(S3Notification))
const decodeJson = Schema.decodeUnknownOption(Schema.fromJsonString(Schema.Unknown))
