import type { IncomingHttpHeaders } from "node:http"

export type ServiceName = "s3" | "sqs" | "dynamodb" | "secretsmanager" | "lambda"

/** The fixed account of the emulator under S3 and SQS; everything else follows it. */
export const accountId = "000000000000"

/** A request as it came in: the target is the raw one, since parsing it as a URL folds `..` and so changes the S3 key. */
export interface Request {
  readonly method: string
  readonly target: string
  readonly headers: IncomingHttpHeaders
  /** The region the request is signed for. */
  readonly region: string
  readonly body: Buffer
  /** Aborted when the caller hangs up or the cloud stops. */
  readonly disconnected: AbortSignal
}

export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string | Array<string>>>
  readonly body: Buffer
  /** Takes back what the reply hands out, when nobody is there to read it. */
  readonly onUndelivered?: () => Promise<void>
}

/** One permission a call takes, in IAM's words. */
export interface Permission {
  readonly action: string
  readonly resources: ReadonlyArray<string>
}

export interface Caller {
  readonly principalArn: string
  /** Refuses the call unless its caller may do this too. */
  readonly requirePermission: (need: Permission) => void
}

/** What a request asks for; nothing has happened until `run`. */
export interface Operation {
  /** The API's name for it, such as SendMessageBatch. */
  readonly name: string
  readonly permissions: ReadonlyArray<Permission>
  /** Condition keys this operation adds to the usual ones. */
  readonly context: Readonly<Record<string, string>>
  readonly run: (caller: Caller) => Promise<Reply>
}

/** One AWS service: reads a request, and throws an AwsError for one that it does not know. */
export type Service = (request: Request) => Operation
