import * as Option from "effect/Option"
import * as Schema from "effect/Schema"

const Texts = Schema.Union([Schema.String, Schema.Array(Schema.String)])

/** What of IAM's policy language can be put in words here; the rest is shown as it is written. */
const Statement = Schema.Struct({
  Sid: Schema.optionalKey(Schema.String),
  Effect: Schema.Literals(["Allow", "Deny"]),
  Principal: Schema.optionalKey(Schema.Union([Schema.String, Schema.Record(Schema.String, Texts)])),
  Action: Texts,
  Resource: Schema.optionalKey(Texts),
  Condition: Schema.optionalKey(Schema.Record(Schema.String, Schema.Record(Schema.String, Texts)))
})
export type Statement = typeof Statement.Type

const Policy = Schema.Struct({ Statement: Schema.Union([Schema.Array(Schema.Json), Schema.Json]) })

const decodePolicy = Schema.decodeUnknownOption(Schema.fromJsonString(Policy))
const decodeStatement = Schema.decodeUnknownOption(Statement, { onExcessProperty: "error" })

/** The statements of a policy's JSON text, each decoded or as it is; undefined where the text is no policy. */
export const statementsOf = (
  policy: unknown
): ReadonlyArray<{ readonly statement?: Statement; readonly written: string }> | undefined =>
  Option.getOrUndefined(
    Option.map(decodePolicy(policy), ({ Statement: statements }) =>
      (Array.isArray(statements) ? statements : [statements]).map((written) => {
        const statement = Option.getOrUndefined(decodeStatement(written))
        return { written: JSON.stringify(written), ...(statement === undefined ? {} : { statement }) }
      })
    )
  )

export const texts = (value: string | ReadonlyArray<string> | undefined): ReadonlyArray<string> =>
  value === undefined ? [] : typeof value === "string" ? [value] : value
