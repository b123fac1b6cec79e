import * as Schema from "effect/Schema"

/** What a check found. */
export const Finding = Schema.Struct({
  /** The subject, such as `OMDb key`. */
  check: Schema.String,
  /** `skipped`: it could not be checked here, which is no fault. */
  state: Schema.Literals(["ok", "warning", "failed", "skipped"]),
  detail: Schema.String,
  /** The next step. */
  remedy: Schema.optionalKey(Schema.String)
})
export type Finding = typeof Finding.Type

/** The findings of one check, by state. */
export const findingsOf = (check: string) => ({
  ok: (detail: string): Finding => ({ check, state: "ok", detail }),
  skipped: (detail: string): Finding => ({ check, state: "skipped", detail }),
  warning: (detail: string, remedy: string): Finding => ({ check, state: "warning", detail, remedy }),
  failed: (detail: string, remedy: string): Finding => ({ check, state: "failed", detail, remedy })
})

export const notOnTheLocalCloud = "not on the local cloud"

/** The next step after a call that AWS refused. */
export const remedyOf = (detail: string): string =>
  /^(CredentialsProviderError|Expired|InvalidClientTokenId|UnrecognizedClient|TokenRefreshRequired|InvalidSignature)/.test(
    detail
  )
    ? "Sign in to the stack's account, for example with aws sso login, or set AWS_PROFILE."
    : /^(AccessDenied|AuthorizationError)/.test(detail)
      ? "Sign in with a role that may read this."
      : "Try again; if it stays, check the region and the connection."
