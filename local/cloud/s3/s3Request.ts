import { pathOf, queryOf } from "../protocol.ts"
import { AwsError, type Permission, type Request } from "../Service.ts"

export interface S3Request extends Request {
  readonly operation: OperationName
  /** Empty for an operation on the account. */
  readonly bucket: string
  /** Decoded but not normalised: `a/../b` is another key than `b`. */
  readonly key: string
  readonly query: URLSearchParams
  readonly permissions: ReadonlyArray<Permission>
}

interface OperationRule {
  readonly method: string
  readonly on: "account" | "bucket" | "object"
  readonly action: string
  /** The query parameters that identify the operation. */
  readonly required?: ReadonlyArray<string>
  readonly optional?: ReadonlyArray<string>
  /** Whether the request has the header x-amz-copy-source. */
  readonly copies?: boolean
}

const listing = ["prefix", "delimiter", "max-keys", "start-after", "continuation-token", "encoding-type", "fetch-owner"]

/**
 * Every implemented operation. A request with another parameter (`?tagging`, `?acl`) is an error: fauxqs ignores these
 * and would overwrite the object with its tags.
 */
const rules = {
  ListBuckets: { method: "GET", on: "account", action: "s3:ListAllMyBuckets" },
  CreateBucket: { method: "PUT", on: "bucket", action: "s3:CreateBucket" },
  HeadBucket: { method: "HEAD", on: "bucket", action: "s3:ListBucket" },
  DeleteBucket: { method: "DELETE", on: "bucket", action: "s3:DeleteBucket" },
  GetBucketLocation: { method: "GET", on: "bucket", action: "s3:GetBucketLocation", required: ["location"] },
  ListObjectsV2: { method: "GET", on: "bucket", action: "s3:ListBucket", required: ["list-type"], optional: listing },
  PutObject: { method: "PUT", on: "object", action: "s3:PutObject" },
  CopyObject: { method: "PUT", on: "object", action: "s3:PutObject", copies: true },
  GetObject: { method: "GET", on: "object", action: "s3:GetObject", optional: ["partNumber"] },
  HeadObject: { method: "HEAD", on: "object", action: "s3:GetObject", optional: ["partNumber"] },
  DeleteObject: { method: "DELETE", on: "object", action: "s3:DeleteObject" },
  CreateMultipartUpload: { method: "POST", on: "object", action: "s3:PutObject", required: ["uploads"] },
  UploadPart: { method: "PUT", on: "object", action: "s3:PutObject", required: ["partNumber", "uploadId"] },
  CompleteMultipartUpload: { method: "POST", on: "object", action: "s3:PutObject", required: ["uploadId"] },
  AbortMultipartUpload: { method: "DELETE", on: "object", action: "s3:AbortMultipartUpload", required: ["uploadId"] }
} satisfies Record<string, OperationRule>

export type OperationName = keyof typeof rules
const operationNames = Object.keys(rules).filter((name): name is OperationName => name in rules)

/** Parameters of every operation: the SDK's own marker and those of a presigned signature. */
const isCommonParameter = (parameter: string): boolean => /^(x-id$|x-amz-)/i.test(parameter)

const decodeUri = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new AwsError(400, "InvalidURI", "Couldn't parse the specified URI.")
  }
}

export const bucketArn = (bucket: string): string => `arn:aws:s3:::${bucket}`

export const readS3Request = (request: Request): S3Request => {
  const [, bucket = "", rawKey = ""] = /^\/([^/]*)\/?(.*)$/s.exec(pathOf(request.target)) ?? []
  const key = decodeUri(rawKey)
  const on = bucket === "" ? "account" : key === "" ? "bucket" : "object"
  const query = queryOf(request.target)
  const given = [...query.keys()].filter((parameter) => !isCommonParameter(parameter))
  const copySource = request.headers["x-amz-copy-source"]?.toString()

  const operation = operationNames.find((name) => {
    const rule: OperationRule = rules[name]
    const { required = [], optional = [], copies = false } = rule
    if (rule.method !== request.method || rule.on !== on || copies !== (copySource !== undefined)) return false
    const known = [...required, ...optional]
    return required.every((parameter) => query.has(parameter)) && given.every((parameter) => known.includes(parameter))
  })
  if (operation === undefined) {
    const message = `The local cloud does not implement ${request.method} ${request.target}.`
    throw new AwsError(501, "NotImplemented", message)
  }

  const resource = on === "account" ? "*" : on === "bucket" ? bucketArn(bucket) : `${bucketArn(bucket)}/${key}`
  const permissions: Array<Permission> = [{ action: rules[operation].action, resources: [resource] }]
  if (copySource !== undefined) {
    permissions.push({ action: "s3:GetObject", resources: [bucketArn(decodeUri(copySource).replace(/^\//, ""))] })
  }
  return { ...request, operation, bucket, key, query, permissions }
}
