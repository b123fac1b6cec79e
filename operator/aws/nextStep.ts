/** AWS's error codes, and what to do about them, for the stack that these flags select. */
const steps: ReadonlyArray<readonly [codes: RegExp, step: (flags: string) => string]> = [
  [
    /\b(ExpiredToken(Exception)?|RequestExpired|TokenProviderError|TokenRefreshRequired)\b|SSO session .* expired/,
    () => "The AWS credentials have expired: sign in again, for example with aws sso login, then repeat the command."
  ],
  [
    /\bCredentialsProviderError\b/,
    () => "There are no AWS credentials: set AWS_PROFILE, or sign in with aws sso login, then repeat the command."
  ],
  [
    /\b(InvalidClientTokenId|UnrecognizedClientException|InvalidAccessKeyId|SignatureDoesNotMatch|InvalidSignatureException)\b/,
    () => "AWS does not accept the credentials: check them with aws sts get-caller-identity."
  ],
  [
    /\b(Throttl\w+|RequestThrottled|TooManyRequestsException|RequestLimitExceeded|SlowDown|ProvisionedThroughputExceededException)\b/,
    () => "AWS throttles the account: wait a minute, then repeat the command."
  ],
  [
    /\b(AccessDenied(Exception)?|AuthorizationError(Exception)?|UnauthorizedOperation)\b/,
    () => "The credentials do not permit this: use those of an operator of the stack's account."
  ],
  [
    /\b(ResourceNotFoundException|NoSuchBucket|QueueDoesNotExist|NonExistentQueue|NotFoundException)\b/,
    (flags) =>
      flags.startsWith("--stack")
        ? `The stack is only partly deployed, or the resource was deleted: deploy it with npm run up -- ${flags}`
        : "The local cloud has no such resource: start npm run dev again."
  ],
  [
    /\b(ECONNREFUSED|ECONNRESET)\b/,
    (flags) =>
      flags.startsWith("--stack")
        ? "AWS cannot be reached: check the network, then repeat the command."
        : "The local cloud has stopped: start it with npm run dev."
  ],
  [
    /\b(ENOTFOUND|EAI_AGAIN|ETIMEDOUT|TimeoutError)\b/,
    () => "AWS cannot be reached: check the network, then repeat the command."
  ]
]

/** What to do about the message of a failed AWS call; undefined where there is no common step. */
export const nextStep = (message: string, flags: string): string | undefined =>
  steps.find(([codes]) => codes.test(message))?.[1](flags)

/** The message with the next step; undefined where there is no common one. */
export const withNextStep = (message: string, flags: string): string | undefined => {
  const step = nextStep(message, flags)
  return step && `${message.replace(/\.?$/, ".")} ${step}`
}
