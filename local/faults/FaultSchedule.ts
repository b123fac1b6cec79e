import * as Schema from "effect/Schema"
import { ImdbId } from "../../domain/ImdbId.ts"

const atLeast = (minimum: number) => Schema.Int.check(Schema.isGreaterThanOrEqualTo(minimum))
const between = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }))
const Text = Schema.NonEmptyString

const kind = <const Kind extends string, const Fields extends Schema.Struct.Fields>(kind: Kind, fields: Fields) =>
  Schema.Struct({ kind: Schema.tag(kind), ...fields })

const fault = <const At extends string, const Fields extends Schema.Struct.Fields>(at: At, fields: Fields) =>
  Schema.Struct({
    at: Schema.tag(at),
    /** A part of the request. */
    imdbId: Schema.optionalKey(ImdbId),
    ...fields,
    /** How many matching calls pass first; default 0. */
    skip: Schema.optionalKey(atLeast(0)),
    /** How often the fault happens; default 1. */
    times: Schema.optionalKey(Schema.Union([atLeast(1), Schema.Literal("always")]))
  })

export const Fault = Schema.Union([
  /** A reply of OMDb in place of its own. */
  fault("omdb", {
    what: Schema.Union([
      /** 401, "Request limit reached!" */
      kind("quota", {}),
      /** 200, "Incorrect IMDb ID." */
      kind("unknownMovie", {}),
      /** 503, an HTML page */
      kind("unavailable", {}),
      /** Any other reply, as JSON. */
      kind("custom", { status: between(200, 599), body: Schema.String })
    ])
  }),
  /** A fault of a call of the pipeline, or of one that Lambda or S3 makes for it. */
  fault("aws", {
    operation: Schema.Literals([
      "GetObject",
      "PutObject",
      "ListObjectsV2",
      "SendMessage",
      "SendMessageBatch",
      "ReceiveMessage",
      "DeleteMessage",
      "DeleteMessageBatch",
      "ChangeMessageVisibility",
      "PutItem",
      "DeleteItem",
      "Query",
      "GetSecretValue",
      "Publish"
    ]),
    /** Logical names of the program. */
    function: Schema.optionalKey(Text),
    queue: Schema.optionalKey(Text),
    /** A part of the object's key. */
    key: Schema.optionalKey(Text),
    what: Schema.Union([
      /** The service refuses the call, in its own error format. */
      kind("fail", { status: between(400, 599), code: Text }),
      /** The call succeeds, and the connection is reset before the reply arrives. */
      kind("replyLost", {}),
      /** The function that makes the call is killed before it. */
      kind("killBefore", {}),
      /** The function that makes the call is killed after it, before the reply arrives. */
      kind("killAfter", {})
    ])
  })
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
