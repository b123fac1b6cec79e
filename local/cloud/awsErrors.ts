import { randomUUID } from "node:crypto"
import { xmlDocument, xmlElements } from "./protocol.ts"
import { AwsError, type Permission, type Reply, type ServiceName } from "./Service.ts"
import { snsErrorBody } from "./sns.ts"

export const accessDenied = (service: ServiceName, denied: Permission, message: string): AwsError => {
  const code = service === "s3" ? "AccessDenied" : service === "sns" ? "AuthorizationError" : "AccessDeniedException"
  const status = ["dynamodb", "secretsmanager", "logs"].includes(service) ? 400 : 403
  return new AwsError(status, code, message, { denied, ...(service === "sqs" && { queryCode: "AccessDenied" }) })
}

export const notSigned = (service: ServiceName): AwsError =>
  service === "s3"
    ? new AwsError(403, "AccessDenied", "Access Denied")
    : new AwsError(403, "MissingAuthenticationTokenException", "Missing Authentication Token")

export const unknownAccessKey = (service: ServiceName): AwsError =>
  service === "s3"
    ? new AwsError(403, "InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records.")
    : new AwsError(403, "UnrecognizedClientException", "The security token included in the request is invalid.", {
        queryCode: "InvalidClientTokenId"
      })

/** For every service except S3, which redirects to the bucket's region instead. */
export const wrongRegion = (region: string): AwsError =>
  new AwsError(403, "InvalidSignatureException", `Credential should be scoped to a valid region, not '${region}'.`, {
    queryCode: "SignatureDoesNotMatch"
  })

export const tooLarge = (service: ServiceName): AwsError =>
  service === "s3"
    ? new AwsError(400, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size")
    : new AwsError(413, "RequestEntityTooLarge", "The request is too large.")

/** A defect of the local cloud. */
export const internalError = (service: ServiceName, cause: unknown): AwsError =>
  new AwsError(
    500,
    service === "s3" ? "InternalError" : "InternalFailure",
    `The local cloud failed: ${cause instanceof Error ? cause.message : String(cause)}`
  )

/** The error in the service's wire format. */
export const toErrorReply = (service: ServiceName, { status, code, message, extras }: AwsError): Reply => {
  const requestId = randomUUID()
  const reply = (headers: Record<string, string>, body: string): Reply => ({
    status,
    headers: { ...extras.headers, ...headers },
    body: Buffer.from(body)
  })
  if (service === "s3") {
    const elements = { Code: code, Message: message, ...extras.details, RequestId: requestId }
    return reply(
      { "content-type": "application/xml", "x-amz-request-id": requestId },
      xmlDocument(`<Error>${xmlElements(elements)}</Error>`)
    )
  }
  if (service === "lambda") {
    return reply(
      { "content-type": "application/json", "x-amzn-requestid": requestId, "x-amzn-errortype": code },
      JSON.stringify({ Type: status < 500 ? "User" : "Service", Message: message })
    )
  }
  if (service === "sns" || extras.isQueryProtocol) {
    const type = status < 500 ? "Sender" : "Receiver"
    return reply(
      { "content-type": "text/xml", "x-amzn-requestid": requestId },
      snsErrorBody(type, extras.queryCode ?? code, message, requestId)
    )
  }
  const headers = {
    "content-type": `application/x-amz-json-${service === "secretsmanager" || service === "logs" ? "1.1" : "1.0"}`,
    "x-amzn-requestid": requestId
  }
  const queryError = `${extras.queryCode ?? code};${status < 500 ? "Sender" : "Receiver"}`
  return reply(
    service === "sqs" ? { ...headers, "x-amzn-query-error": queryError } : headers,
    JSON.stringify({
      __type: `com.amazon.coral.service#${code}`,
      // AWS writes this key with a capital where access is denied.
      [extras.denied === undefined ? "message" : "Message"]: message
    })
  )
}
