import * as Schema from "effect/Schema"
import { ImdbId } from "../../domain/ImdbId.ts"
import { OmdbFailure } from "../omdb/OmdbRule.ts"

const atLeast = (minimum: number) => Schema.Int.check(Schema.isGreaterThanOrEqualTo(minimum))
const upTo = (maximum: number) => Schema.Int.check(Schema.isBetween({ minimum: 1, maximum }))
const Text = Schema.NonEmptyString

const kind = <const Kind extends string, const Fields extends Schema.Struct.Fields>(kind: Kind, fields: Fields) =>
  Schema.Struct({ kind: Schema.tag(kind), ...fields })

/** The calls of the pipeline, and those that Lambda and S3 make for it. */
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

/** A fault happens `times` times (once by default), after `skip` matching calls (none by default) have passed. */
const occurrence = {
  skip: Schema.optionalKey(atLeast(0)),
  times: Schema.optionalKey(Schema.Union([atLeast(1), Schema.Literal("always")]))
}
const fault = <const At extends string, const Fields extends Schema.Struct.Fields>(at: At, fields: Fields) =>
  Schema.Struct({ at: Schema.tag(at), ...fields, ...occurrence })

const imdbId = Schema.optionalKey(ImdbId)
/** Logical names of the program. */
const queue = Text
const caller = Schema.optionalKey(Text)

/** A fault of a call to an AWS service. */
const CallFault = Schema.Union([
  /** The service refuses the call, in its own error format. */
  kind("fail", { status: Schema.Int.check(Schema.isBetween({ minimum: 400, maximum: 599 })), code: Text }),
  /** The service refuses the call with its throttling error. */
  kind("throttle", {}),
  /** The call succeeds late. */
  kind("delay", { delayMs: upTo(600_000) }),
  /** The connection is reset before the call has an effect. */
  kind("reset", {}),
  /** The connection is reset after the call has succeeded. */
  kind("answerLost", {})
])

/** SQS accepts a batch in part: it refuses the entries about `imdbId`, or the first `entries`. */
const RefusedEntries = kind("refuseEntries", {
  entries: Schema.optionalKey(upTo(10)),
  code: Schema.optionalKey(Text),
  senderFault: Schema.optionalKey(Schema.Boolean)
})

/** A fault of a message between a sender and a receiver that both work. */
export const DeliveryFault = Schema.Union([
  kind("duplicate", {}),
  /** The message is received again after its acknowledgement. */
  kind("acknowledgementLost", {}),
  /** Standard queues only. */
  kind("delay", { seconds: upTo(900) }),
  /** The messages of one batch are on the queue in reverse order. */
  kind("reorder", {}),
  /** Changes the body. */
  kind("replace", { find: Text, with: Schema.String })
])
export type DeliveryFault = typeof DeliveryFault.Type

export const Fault = Schema.Union([
  fault("omdb", {
    imdbId,
    what: Schema.Union([
      ...OmdbFailure.members,
      /** From this call on OMDb accepts only a new key, which the secret then contains. */
      kind("rotateKey", {})
    ])
  }),
  fault("s3", {
    operation: operation.s3,
    /** A part of the object's key. */
    key: Schema.optionalKey(Text),
    imdbId,
    function: caller,
    what: CallFault
  }),
  fault("sqs", {
    operation: operation.sqs,
    queue: Schema.optionalKey(queue),
    imdbId,
    function: caller,
    what: Schema.Union([...CallFault.members, RefusedEntries])
  }),
  fault("dynamodb", { operation: operation.dynamodb, imdbId, function: caller, what: CallFault }),
  fault("secretsmanager", { operation: operation.secretsmanager, function: caller, what: CallFault }),
  /** The function is killed at one of its calls: before the call, or after it and before its reply arrives. */
  fault("function", {
    function: Text,
    operation: anyOperation,
    key: Schema.optionalKey(Text),
    imdbId,
    what: Schema.Union([kind("killBefore", {}), kind("killAfter", {})])
  }),
  fault("delivery", { queue, imdbId, what: DeliveryFault }),
  /** A read of the source list is refused, or returns the list with CRLF line ends. */
  fault("list", { what: Schema.Union([kind("forbidden", {}), kind("crlf", {})]) })
])
export type Fault = typeof Fault.Type
export type FaultAt<At extends Fault["at"]> = Extract<Fault, { readonly at: At }>

/**
 * The faults to inject into the local cloud. If several match a call, the first one that is not used up applies.
 *
 * Decode it with `onExcessProperty: "error"`: a misspelt `imdbId` would turn a fault of one movie into one of all.
 */
export const FaultSchedule = Schema.Struct({ description: Text, faults: Schema.NonEmptyArray(Fault) })
export type FaultSchedule = typeof FaultSchedule.Type
