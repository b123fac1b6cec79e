import * as Effect from "effect/Effect"
import { Account } from "../aws/Account.ts"
import { findingsOf } from "./Finding.ts"

/** Of one run: two of stage 2, and one of each other stage. */
export const neededConcurrency = 6

const concurrency = findingsOf("Concurrency")

export const checkConcurrency = Effect.gen(function* () {
  const found = yield* Effect.result(Account.use((account) => account.concurrency))
  if (found._tag === "Failure") return yield* concurrency.failedCall(found.failure.detail)
  const { limit, unreserved } = found.success
  const detail = `${unreserved} of the account's ${limit} concurrent invocations are free for its functions`
  return unreserved >= neededConcurrency
    ? concurrency.ok(detail)
    : concurrency.warning(
        `${detail}, and the pipeline uses up to ${neededConcurrency}`,
        "Ask for a higher limit in Service Quotas (Lambda, Concurrent executions)."
      )
})
