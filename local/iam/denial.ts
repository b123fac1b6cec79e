import type { Evaluation, Principal } from "./evaluate.ts"

/** A call that no policy allowed, or that one forbade. */
export interface Denial {
  /** A role's ARN, or a service such as `s3.amazonaws.com`. */
  readonly principal: string
  readonly action: string
  /** An ARN. */
  readonly resource: string
  /** In AWS's words. */
  readonly message: string
}

const article = { identity: "an identity", resource: "a resource" } as const

export const denialOf = (
  principal: Principal,
  action: string,
  evaluation: Extract<Evaluation, { allowed: false }>
): Denial => {
  const who = "arn" in principal ? principal.arn : principal.service
  const { resource } = evaluation
  // S3 alone puts the resource in quotes.
  const what = action.startsWith("s3:") ? `"${resource}"` : resource
  const why =
    evaluation.why === "explicit deny"
      ? `with an explicit deny in ${article[evaluation.by.kind]}-based policy`
      : `because no ${"arn" in principal ? "identity" : "resource"}-based policy allows the ${action} action`
  const message = `User: ${who} is not authorized to perform: ${action} on resource: ${what} ${why}`
  return { principal: who, action, resource, message }
}
