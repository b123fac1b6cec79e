import type { Need } from "./Service.ts"

interface Extras {
  readonly headers?: Readonly<Record<string, string>>
  /** Further elements of S3's error document. */
  readonly details?: Readonly<Record<string, string>>
  /** What the code is called in the query protocol, which SDKs of SQS still show. */
  readonly queryCode?: string
  /** The permission that was missing, if that is why. */
  readonly denied?: Need
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
