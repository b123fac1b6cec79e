import { type Answer, blocked, invalidKey, noKey, quota, serverError } from "./answers.ts"
import type { Keyring } from "./keyring.ts"
import { usualAnswer } from "./movies.ts"
import type { Failure } from "./OmdbRule.ts"
import { atOnce, failing, type Reply } from "./reply.ts"
import type { Script } from "./script.ts"

export interface Decision {
  readonly reply: Reply
  readonly keyAccepted: boolean
  readonly scripted?: Failure["kind"]
}

const refused = (answer: Answer): Decision => ({ reply: atOnce(answer), keyAccepted: false })

/** What a call gets, in the order in which the real one finds it out: Cloudflare, the web server, the key, the id. */
export const decide = (
  params: URLSearchParams,
  userAgent: string | undefined,
  keyring: Keyring,
  script: Script
): Decision => {
  if (!userAgent) return refused(blocked)
  if ([...params].flat().some((text) => text.includes("<"))) return refused(serverError)
  const verdict = keyring.use(params.get("apikey"))
  if (verdict === "missing") return refused(noKey)
  if (verdict === "invalid") return refused(invalidKey)
  if (verdict === "overLimit") return { reply: atOnce(quota), keyAccepted: true }
  const failure = script.failureFor(params.get("i"))
  if (failure) return { reply: failing(failure, params), keyAccepted: true, scripted: failure.kind }
  return { reply: atOnce(usualAnswer(params)), keyAccepted: true }
}
