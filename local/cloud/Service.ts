import type { IncomingHttpHeaders } from "node:http"

export type ServiceName = "s3" | "sqs" | "sns" | "dynamodb" | "secretsmanager" | "lambda" | "logs"

/** The account id is fixed in fauxqs; the other services use the same one. */
export const accountId = "000000000000"

export interface Request {
  readonly method: string
  /** The raw request target: parsing it as a URL folds `..` and so changes the S3 key. */
  readonly target: string
  readonly headers: IncomingHttpHeaders
  /** The region of the signing scope. */
  readonly region: string
  readonly body: Buffer
}

export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string | Array<string>>>
  readonly body: Buffer
}

/** An IAM action and the ARNs of the resources that it applies to. */
export interface Permission {
  readonly action: string
  readonly resources: ReadonlyArray<string>
}

interface AwsErrorExtras {
  readonly headers?: Readonly<Record<string, string>>
  /** Additional elements of S3's error document. */
  readonly details?: Readonly<Record<string, string>>
  /** The code in SQS's query protocol, which the SDK still reports as the error's name. */
  readonly queryCode?: string
  /** Whether the client of SQS expects the XML of the query protocol. */
  readonly isQueryProtocol?: boolean
  /** The missing permission, if the call was denied. */
  readonly denied?: Permission
}

/** An error reply of AWS, independent of the service's wire format. */
export class AwsError extends Error {
  readonly status: number
  readonly code: string
  readonly extras: AwsErrorExtras

  constructor(status: number, code: string, message: string, extras: AwsErrorExtras = {}) {
    super(message)
    this.status = status
    this.code = code
    this.extras = extras
  }
}

export interface Caller {
  readonly principalArn: string
  /** Throws AccessDenied unless the caller has this permission as well. */
  readonly requirePermission: (permission: Permission) => void
}

/** A parsed request. Nothing is executed before `run`. */
export interface Operation {
  /** The name in the service's API, such as SendMessageBatch. */
  readonly name: string
  readonly permissions: ReadonlyArray<Permission>
  /** Condition keys that this operation adds to the global ones. */
  readonly context?: Readonly<Record<string, string>>
  readonly run: (caller: Caller) => Promise<Reply>
}

/** An AWS service: parses a request and throws an AwsError for an operation that it does not implement. */
export type Service = (request: Request) => Operation
