import * as Schema from "effect/Schema"
import { ImdbId } from "../../domain/ImdbId.ts"
import { OmdbFailure } from "../omdb/OmdbRule.ts"

const atLeast = (minimum: number) => Schema.Int.check(Schema.isGreaterThanOrEqualTo(minimum))
const upTo = (maximum: number) => Schema.Int.check(Schema.isBetween({ minimum: 1, maximum }))
const Text = Schema.NonEmptyString

const kind = <const Kind extends string, const Fields extends Schema.Struct.Fields>(kind: Kind, fields: Fields) =>
  Schema.Struct({ kind: Schema.tag(kind), ...fields })

/** The calls that the pipeline makes, and that Lambda and S3 make for it. */
const operation = {
  s3: Schema.Literals(["GetObject", "PutObject", "ListObjectsV2"]),
  sqs: Schema.Literals([
    "SendMessage",
    "SendMessageBatch",
    "ReceiveMessage",
    "DeleteMessageBatch",
    "ChangeMessageVisibility"
  ]),
  dynamodb: Schema.Literals(["PutItem", "DeleteItem", "Query"]),
  secretsmanager: Schema.Literal("GetSecretValue")
}
const anyOperation = Schema.Union(Object.values(operation))

/** How often a fault happens: after `skip` calls that it fits have passed (none), `times` times (once). */
const often = {
  skip: Schema.optionalKey(atLeast(0)),
  times: Schema.optionalKey(Schema.Union([atLeast(1), Schema.Literal("always")]))
}
const place = <const At extends string, const Fields extends Schema.Struct.Fields>(at: At, fields: Fields) =>
  Schema.Struct({ at: Schema.tag(at), ...fields, ...often })

const imdbId = Schema.optionalKey(ImdbId)
/** A logical name of the program. */
const queue = Text
const caller = Schema.optionalKey(Text)

/** What can become of a call to an AWS service. */
export const CallFault = Schema.Union([
  /** The service refuses it, in its own form; nothing has happened. */
  kind("fail", { status: Schema.Int.check(Schema.isBetween({ minimum: 400, maximum: 599 })), code: Text }),
  /** Another answer, word for word; nothing has happened. */
  kind("answer", { status: Schema.Int.check(Schema.isBetween({ minimum: 200, maximum: 599 })), body: Schema.String }),
  /** Refused in the service's own way of saying "too fast". */
  kind("throttle", {}),
  /** It happens, but late. */
  kind("delay", { delayMs: upTo(600_000) }),
  /** No answer, and nothing happens. */
  kind("hang", {}),
  /** The connection is cut; nothing has happened. */
  kind("reset", {}),
  /** It has happened, and then the connection is cut. */
  kind("answerLost", {})
])
export type CallFault = typeof CallFault.Type

const sqsOnly = [
  /** A batch of which SQS takes a part: those about `imdbId` are refused, or the first `entries`. */
  kind("refuseEntries", {
    entries: Schema.optionalKey(upTo(10)),
    code: Schema.optionalKey(Text),
    senderFault: Schema.optionalKey(Schema.Boolean)
  })
] as const

/** What can become of a message between two parties that both did their work. */
export const DeliveryFault = Schema.Union([
  /** It is on the queue twice. */
  kind("duplicate", {}),
  /** It comes once more after it was acknowledged. */
  kind("acknowledgementLost", {}),
  /** Nobody can receive it before; standard queues only. */
  kind("delay", { seconds: upTo(900) }),
  /** The messages of one batch stand on the queue in reverse. */
  kind("reorder", {}),
  /** Its body reads otherwise. */
  kind("replace", { find: Text, with: Schema.String })
])
export type DeliveryFault = typeof DeliveryFault.Type

/** What can be the matter with the source list. */
export const ListFault = Schema.Union([
  kind("forbidden", {}),
  kind("missing", {}),
  kind("empty", {}),
  /** Its first rows only. */
  kind("short", { rows: atLeast(0) }),
  /** Its first row comes again at the end. */
  kind("duplicated", {}),
  /** In the order of the ids instead of the ranks. */
  kind("shuffled", {}),
  kind("crlf", {}),
  kind("byteOrderMark", {}),
  /** So long, by blanks at its end. */
  kind("long", { bytes: upTo(100_000_000) }),
  /** Another text altogether. */
  kind("text", { text: Schema.String })
])
export type ListFault = typeof ListFault.Type

export const Fault = Schema.Union([
  place("omdb", {
    imdbId,
    what: Schema.Union([
      ...OmdbFailure.members,
      /** From this call on OMDb takes another key only, and the secret holds that one. */
      kind("rotateKey", {})
    ])
  }),
  place("s3", {
    operation: operation.s3,
    /** A part of the object's key. */
    key: Schema.optionalKey(Text),
    imdbId,
    function: caller,
    what: CallFault
  }),
  place("sqs", {
    operation: operation.sqs,
    queue: Schema.optionalKey(queue),
    imdbId,
    function: caller,
    what: Schema.Union([...CallFault.members, ...sqsOnly])
  }),
  place("dynamodb", {
    operation: operation.dynamodb,
    imdbId,
    function: caller,
    what: CallFault
  }),
  place("secretsmanager", { operation: operation.secretsmanager, function: caller, what: CallFault }),
  /** The function dies at one of its calls: before it has happened, or after and before the answer is there. */
  place("function", {
    function: Text,
    operation: anyOperation,
    key: Schema.optionalKey(Text),
    imdbId,
    what: Schema.Union([kind("killBefore", {}), kind("killAfter", {})])
  }),
  place("delivery", { queue, imdbId, what: DeliveryFault }),
  place("list", { what: ListFault })
])
export type Fault = typeof Fault.Type
export type FaultAt<At extends Fault["at"]> = Extract<Fault, { readonly at: At }>

/**
 * What shall go wrong in the local cloud. Of several faults that fit one call, the first decides.
 *
 * Decode it with `onExcessProperty: "error"`: a misspelt `imdbId` would make "fail for this movie" into "fail for all".
 */
export const FaultSchedule = Schema.Struct({ description: Text, faults: Schema.NonEmptyArray(Fault) })
export type FaultSchedule = typeof FaultSchedule.Type
