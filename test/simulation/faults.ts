import {
  blocked,
  errorGettingData,
  invalidKey,
  type OmdbResponse,
  quota,
  unavailable,
  unknownMovie
} from "../../local/omdb/responses.ts"
import { movieReply, type OmdbFault } from "../model/ModelOmdb.ts"
import type { ServiceCall } from "../model/ServiceFaults.ts"

/** Faults that can occur at any call, message or invocation, each at a rate of its own. */
export const randomFaults = {
  callRefused: "a call is refused",
  responseLost: "a call takes effect, and its response is lost",
  lateWrite: "a write is refused, and takes effect seconds later",
  slowResponse: "a response takes seconds, at most longer than a function's timeout",
  functionKilled: "a function is killed before or after a call",
  acknowledgementLost: "the response to a batch is lost, and so no message is deleted",
  deliveredTwice: "a message, event or notification is delivered twice",
  notificationLate: "a notification is minutes late"
} as const

interface OutageEffect {
  readonly omdb?: OmdbFault
  readonly rejects?: (call: ServiceCall) => boolean
  readonly slows?: ServiceCall["service"]
}

const rejectsOperation = (operation: string): OutageEffect => ({ rejects: (call) => call.operation === operation })
const rejectsService = (service: string): OutageEffect => ({ rejects: (call) => call.service === service })

const otherMovie: OmdbResponse = { status: 200, headers: {}, body: movieReply("tt0000001", 0) }
const truncated: OmdbResponse = { ...otherMovie, body: otherMovie.body.slice(0, 200) }

/** What can fail for some time. The last two act on the schedule and the source bucket. */
export const outageEffects = {
  "OMDb returns 503": { omdb: unavailable[503] },
  "OMDb returns 403 with an HTML page": { omdb: blocked },
  "OMDb returns malformed JSON": { omdb: truncated },
  "OMDb returns Error getting data.": { omdb: errorGettingData },
  "OMDb does not respond": { omdb: "hang" },
  "OMDb resets the connection": { omdb: "reset" },
  "OMDb's daily limit is reached": { omdb: quota },
  "OMDb rejects every key": { omdb: invalidKey },
  "S3 rejects writes": rejectsOperation("PutObject"),
  "S3 rejects reads": rejectsOperation("GetObject"),
  "S3 rejects listings": rejectsOperation("ListObjectsV2"),
  "SQS rejects messages": rejectsOperation("SendMessageBatch"),
  "SQS rejects visibility changes": rejectsOperation("ChangeMessageVisibility"),
  "S3 is slow": { slows: "s3" },
  "DynamoDB throttles": rejectsService("dynamodb"),
  "DynamoDB is slow": { slows: "dynamodb" },
  "the secret is unreadable": rejectsService("secretsmanager"),
  "the schedule cannot invoke the function": {},
  "the source list has no movies": {}
} satisfies Record<string, OutageEffect>

export type OutageName = keyof typeof outageEffects
export const outageNames = Object.keys(outageEffects) as ReadonlyArray<OutageName>
export const outageEffect = (name: OutageName): OutageEffect => outageEffects[name]

export interface MovieFaultEffect {
  readonly omdb?: OmdbFault
  /** What SQS does with the movie's message. */
  readonly message?: "refused" | "truncated"
  /** What a read of the movie's enriched object does: with `killed`, already before there is one. */
  readonly read?: "refused" | "killed"
}

/** What fails for one movie of each run, as long as there are faults. */
export const movieFaults = {
  "OMDb does not know the movie": { omdb: unknownMovie },
  "OMDb returns another movie": { omdb: otherMovie },
  "OMDb returns malformed JSON": { omdb: truncated },
  "OMDb does not respond": { omdb: "hang" },
  "SQS never accepts its message": { message: "refused" },
  "its message cannot be decoded": { message: "truncated" },
  "its message kills the function at every receive": { read: "killed" },
  "its object cannot be read": { read: "refused" }
} satisfies Record<string, MovieFaultEffect>

type MovieFaultName = keyof typeof movieFaults
export const movieFaultNames = Object.keys(movieFaults) as ReadonlyArray<MovieFaultName>
export const movieFaultEffect = (name: MovieFaultName): MovieFaultEffect => movieFaults[name]
