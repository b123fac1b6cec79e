import type { FunctionError } from "./Invocation.ts"

export type FailureCondition = "RetriesExhausted" | "EventAgeExceeded"

interface FailedEvent {
  readonly requestId: string
  readonly functionArn: string
  readonly condition: FailureCondition
  readonly attempts: number
  readonly event: unknown
  readonly error: FunctionError
  readonly at: Date
}

/**
 * What Lambda sends to the failure destination of an asynchronous invocation.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 */
export const failureRecord = ({ requestId, functionArn, condition, attempts, event, error, at }: FailedEvent) => {
  const { kind: _, ...responsePayload } = error
  return {
    version: "1.0",
    timestamp: at.toISOString(),
    requestContext: {
      requestId,
      functionArn: `${functionArn}:$LATEST`,
      condition,
      approximateInvokeCount: attempts
    },
    requestPayload: event,
    // Node's runtime reports every error as unhandled, those that the handler threw too.
    responseContext: { statusCode: 200, executedVersion: "$LATEST", functionError: "Unhandled" },
    responsePayload
  }
}
