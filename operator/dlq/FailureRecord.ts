import * as Schema from "effect/Schema"

/**
 * What Lambda sends to the failure destination of an asynchronous invocation, as far as it matters here.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 */
export const FailureRecord = Schema.Struct({
  requestContext: Schema.Struct({
    /** With the version behind it. */
    functionArn: Schema.String,
    /** RetriesExhausted, say. */
    condition: Schema.String,
    approximateInvokeCount: Schema.Int
  }),
  requestPayload: Schema.Unknown,
  /** Absent where the function was never run. */
  responsePayload: Schema.optionalKey(
    Schema.NullOr(
      Schema.Struct({ errorType: Schema.optionalKey(Schema.String), errorMessage: Schema.optionalKey(Schema.String) })
    )
  )
})
export type FailureRecord = typeof FailureRecord.Type

export const decodeFailureRecord = Schema.decodeUnknownOption(Schema.fromJsonString(FailureRecord))

/** Why the function failed for good, in one sentence. */
export const causeOfFailure = ({ requestContext, responsePayload }: FailureRecord): string => {
  const { errorType, errorMessage } = responsePayload ?? {}
  const said = [errorType, errorMessage].filter((part) => part !== undefined).join(": ")
  return said === "" ? requestContext.condition : said
}
