import { AwsError } from "./AwsError.ts"
import type { Need, ServiceName } from "./Service.ts"

// The same refusal has another code and status in each service.

export const accessDenied = (service: ServiceName, denied: Need, message: string): AwsError => {
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
export const broken = (service: ServiceName, cause: unknown): AwsError =>
  new AwsError(
    500,
    service === "s3" ? "InternalError" : "InternalFailure",
    `The local cloud failed: ${cause instanceof Error ? cause.message : String(cause)}`
  )
