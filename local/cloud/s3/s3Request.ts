import { AwsError } from "../AwsError.ts"
import { pathOf, queryOf } from "../protocol.ts"
import type { Permission, Request } from "../Service.ts"

/** A known S3 request: which operation, on what, and the permissions it takes. */
export interface S3Request extends Request {
  readonly operation: OperationName
  /** Empty for an operation on no bucket. */
  readonly bucket: string
  /** Decoded, and otherwise as sent: `a/../b` is a key of its own. */
  readonly key: string
  readonly query: URLSearchParams
  readonly needs: ReadonlyArray<Permission>
}

interface Row {
  readonly method: string
  readonly on: "account" | "bucket" | "object"
  readonly action: string
  /** Query parameters that make it this operation, and those that may come along. */
  readonly with?: ReadonlyArray<string>
  readonly perhaps?: ReadonlyArray<string>
  readonly copies?: boolean
}

const listing = ["prefix", "delimiter", "max-keys", "start-after", "continuation-token", "encoding-type", "fetch-owner"]

/**
 * All that is answered. A request with any other parameter (`?tagging`, `?acl`) is refused, since fauxqs ignores those
 * and would overwrite the object with its tags.
 */
const table = {
  ListBuckets: { method: "GET", on: "account", action: "s3:ListAllMyBuckets" },
  CreateBucket: { method: "PUT", on: "bucket", action: "s3:CreateBucket" },
  HeadBucket: { method: "HEAD", on: "bucket", action: "s3:ListBucket" },
  DeleteBucket: { method: "DELETE", on: "bucket", action: "s3:DeleteBucket" },
  GetBucketLocation: { method: "GET", on: "bucket", action: "s3:GetBucketLocation", with: ["location"] },
  ListObjectsV2: { method: "GET", on: "bucket", action: "s3:ListBucket", with: ["list-type"], perhaps: listing },
  PutObject: { method: "PUT", on: "object", action: "s3:PutObject" },
  CopyObject: { method: "PUT", on: "object", action: "s3:PutObject", copies: true },
  GetObject: { method: "GET", on: "object", action: "s3:GetObject", perhaps: ["partNumber"] },
  HeadObject: { method: "HEAD", on: "object", action: "s3:GetObject", perhaps: ["partNumber"] },
  DeleteObject: { method: "DELETE", on: "object", action: "s3:DeleteObject" },
  CreateMultipartUpload: { method: "POST", on: "object", action: "s3:PutObject", with: ["uploads"] },
  UploadPart: { method: "PUT", on: "object", action: "s3:PutObject", with: ["partNumber", "uploadId"] },
  CompleteMultipartUpload: { method: "POST", on: "object", action: "s3:PutObject", with: ["uploadId"] },
  AbortMultipartUpload: { method: "DELETE", on: "object", action: "s3:AbortMultipartUpload", with: ["uploadId"] }
} satisfies Record<string, Row>

export type OperationName = keyof typeof table
const names = Object.keys(table).filter((name): name is OperationName => name in table)

/** Parameters that say nothing about the operation: the SDK's own mark and a presigned signature. */
const isDecoration = (parameter: string): boolean => /^(x-id$|x-amz-)/i.test(parameter)

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new AwsError(400, "InvalidURI", "Couldn't parse the specified URI.")
  }
}

export const bucketArn = (bucket: string): string => `arn:aws:s3:::${bucket}`

export const readS3Request = (request: Request): S3Request => {
  const [, bucket = "", rawKey = ""] = /^\/([^/]*)\/?(.*)$/s.exec(pathOf(request.target)) ?? []
  const key = decoded(rawKey)
  const on = bucket === "" ? "account" : key === "" ? "bucket" : "object"
  const query = queryOf(request.target)
  const given = [...query.keys()].filter((parameter) => !isDecoration(parameter))
  const source = request.headers["x-amz-copy-source"]?.toString()

  const operation = names.find((name) => {
    const { method, on: level, with: required = [], perhaps = [], copies = false }: Row = table[name]
    const known = [...required, ...perhaps]
    if (method !== request.method || level !== on || copies !== (source !== undefined)) return false
    return required.every((parameter) => query.has(parameter)) && given.every((parameter) => known.includes(parameter))
  })
  if (operation === undefined) {
    throw new AwsError(501, "NotImplemented", `The local cloud does not know ${request.method} ${request.target}.`)
  }

  const resource = on === "account" ? "*" : on === "bucket" ? bucketArn(bucket) : `${bucketArn(bucket)}/${key}`
  const needs: Array<Permission> = [{ action: table[operation].action, resources: [resource] }]
  if (source !== undefined) {
    needs.push({ action: "s3:GetObject", resources: [bucketArn(decoded(source).replace(/^\//, ""))] })
  }
  return { ...request, operation, bucket, key, query, needs }
}
