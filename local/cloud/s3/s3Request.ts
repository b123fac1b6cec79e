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
}

/** Every implemented operation. */
const rules = {
  ListBuckets: { method: "GET", on: "account", action: "s3:ListAllMyBuckets" },
  CreateBucket: { method: "PUT", on: "bucket", action: "s3:CreateBucket" },
  DeleteBucket: { method: "DELETE", on: "bucket", action: "s3:DeleteBucket" },
  ListObjectsV2: { method: "GET", on: "bucket", action: "s3:ListBucket" },
  PutObject: { method: "PUT", on: "object", action: "s3:PutObject" },
  GetObject: { method: "GET", on: "object", action: "s3:GetObject" },
  HeadObject: { method: "HEAD", on: "object", action: "s3:GetObject" },
  DeleteObject: { method: "DELETE", on: "object", action: "s3:DeleteObject" }
} satisfies Record<string, OperationRule>

export type OperationName = keyof typeof rules
const operationNames = Object.keys(rules).filter((name): name is OperationName => name in rules)

const listing = ["prefix", "delimiter", "max-keys", "start-after", "continuation-token", "encoding-type", "fetch-owner"]

/**
 * Whether the operation accepts the query. Any other parameter (`?tagging`, `?uploads`) belongs to an operation that is
 * not implemented; fauxqs would ignore it and overwrite the object. `x-id` names the operation in requests of the SDK.
 */
const acceptsQuery = (name: OperationName, query: URLSearchParams): boolean => {
  const given = [...query.keys()].filter((parameter) => parameter !== "x-id")
  if (name !== "ListObjectsV2") return given.length === 0
  return given.includes("list-type") && given.every((parameter) => ["list-type", ...listing].includes(parameter))
}

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

  const operation = operationNames.find(
    (name) => rules[name].method === request.method && rules[name].on === on && acceptsQuery(name, query)
  )
  if (operation === undefined || "x-amz-copy-source" in request.headers) {
    const message = `The local cloud does not implement ${request.method} ${request.target}.`
    throw new AwsError(501, "NotImplemented", message)
  }
  const resource = on === "account" ? "*" : on === "bucket" ? bucketArn(bucket) : `${bucketArn(bucket)}/${key}`
  const permissions = [{ action: rules[operation].action, resources: [resource] }]
  return { ...request, operation, bucket, key, query, permissions }
}
