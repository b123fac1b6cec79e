import { randomUUID } from "node:crypto"
import { escapeXml } from "./protocol.ts"
import type { Permission, Reply, ServiceName } from "./Service.ts"

interface Extras {
  readonly headers?: Readonly<Record<string, string>>
  /** Further elements of S3's error document. */
  readonly details?: Readonly<Record<string, string>>
  /** What the code is called in the query protocol, which SDKs of SQS still show. */
  readonly queryCode?: string
  /** The permission that was missing, if that is why. */
  readonly denied?: Permission
}

/** A refusal in AWS's words, not yet in any service's wire form. */
export class AwsError extends Error {
  readonly status: number
  readonly code: string
  readonly extras: Extras

  constructor(status: number, code: string, message: string, extras: Extras = {}) {
    super(message)
    this.status = status
    this.code = code
    this.extras = extras
  }
}

// The same refusal has another code and status in each service.

export const accessDenied = (service: ServiceName, denied: Permission, message: string): AwsError => {
  switch (service) {
    case "s3":
      return new AwsError(403, "AccessDenied", message, { denied })
    case "sqs":
      return new AwsError(403, "AccessDeniedException", message, { denied, queryCode: "AccessDenied" })
    case "lambda":
      return new AwsError(403, "AccessDeniedException", message, { denied })
    default:
      return new AwsError(400, "AccessDeniedException", message, { denied })
  }
}

export const notSigned = (service: ServiceName): AwsError =>
  service === "s3"
    ? new AwsError(403, "AccessDenied", "Access Denied")
    : new AwsError(403, "MissingAuthenticationTokenException", "Missing Authentication Token")

export const unknownAccessKey = (service: ServiceName): AwsError => {
  const message = "The security token included in the request is invalid."
  switch (service) {
    case "s3":
      return new AwsError(
        403,
        "InvalidAccessKeyId",
        "The AWS Access Key Id you provided does not exist in our records."
      )
    case "sqs":
      return new AwsError(403, "UnrecognizedClientException", message, { queryCode: "InvalidClientTokenId" })
    case "lambda":
      return new AwsError(403, "UnrecognizedClientException", message)
    default:
      return new AwsError(400, "UnrecognizedClientException", message)
  }
}

/** Every service but S3 has one region only: S3 tells where the bucket is instead. */
export const wrongRegion = (service: ServiceName, region: string): AwsError =>
  new AwsError(
    service === "sqs" || service === "lambda" ? 403 : 400,
    "InvalidSignatureException",
    `Credential should be scoped to a valid region, not '${region}'.`,
    { queryCode: "SignatureDoesNotMatch" }
  )

export const tooLarge = (service: ServiceName): AwsError =>
  service === "s3"
    ? new AwsError(400, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size")
    : new AwsError(413, "RequestEntityTooLarge", "The request is too large.")

/** A defect of this cloud, not of the caller. */
export const internalError = (service: ServiceName, cause: unknown): AwsError =>
  new AwsError(
    500,
    service === "s3" ? "InternalError" : "InternalFailure",
    `The local cloud failed: ${cause instanceof Error ? cause.message : String(cause)}`
  )

const xml = (error: AwsError, requestId: string): string => {
  const elements = { Code: error.code, Message: error.message, ...error.extras.details, RequestId: requestId }
  const inside = Object.entries(elements).map(([name, text]) => `<${name}>${escapeXml(text)}</${name}>`)
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Error>${inside.join("")}</Error>`
}

const json = (error: AwsError): string =>
  JSON.stringify({
    __type: `com.amazon.coral.service#${error.code}`,
    // Where access is denied, AWS writes the key with a capital.
    [error.extras.denied === undefined ? "message" : "Message"]: error.message
  })

/** The one place where a refusal becomes what the service sends. */
export const toErrorReply = (service: ServiceName, error: AwsError): Reply => {
  const requestId = randomUUID()
  const { status } = error
  if (service === "s3") {
    const headers = { ...error.extras.headers, "content-type": "application/xml", "x-amz-request-id": requestId }
    return { status, headers, body: Buffer.from(xml(error, requestId)) }
  }
  if (service === "lambda") {
    const headers = { ...error.extras.headers, "content-type": "application/json", "x-amzn-requestid": requestId }
    const body = { Type: status < 500 ? "User" : "Service", Message: error.message }
    return { status, headers: { ...headers, "x-amzn-errortype": error.code }, body: Buffer.from(JSON.stringify(body)) }
  }
  const headers = {
    ...error.extras.headers,
    "content-type": `application/x-amz-json-${service === "secretsmanager" ? "1.1" : "1.0"}`,
    "x-amzn-requestid": requestId,
    ...(service === "sqs" && {
      "x-amzn-query-error": `${error.extras.queryCode ?? error.code};${status < 500 ? "Sender" : "Receiver"}`
    })
  }
  return { status, headers, body: Buffer.from(json(error)) }
}
