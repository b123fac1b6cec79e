import * as Effect from "effect/Effect"
import { prefix } from "../../domain/keys.ts"
import { Account } from "../aws/Account.ts"
import { Stack } from "../Stack.ts"
import { findingsOf, notOnTheLocalCloud } from "./Finding.ts"

const { ok, failed, failedCall, skipped } = findingsOf("Triggers")

/** What starts the stages after the first one: event source mappings, and S3's notifications of new CSVs and manifests. */
export const checkTriggers = Effect.fnUntraced(
  function* (isLocal: boolean) {
    if (isLocal) return skipped(notOnTheLocalCloud)
    const { outputs, flags } = yield* Stack
    const { mappingStates, notifiedPrefixes } = yield* Account
    const redeploy = `npm run pulumi -- refresh ${flags}, then npm run up -- ${flags}`
    for (const [stage, name] of Object.entries(outputs.functions)) {
      // The schedule invokes it, not a queue.
      if (stage === "GetMoviesAndSendToQueue") continue
      const states = yield* mappingStates(name)
      if (states.includes("Enabled")) continue
      return failed(`${stage} has no enabled event source mapping (${states.join(", ") || "none"})`, redeploy)
    }
    const notified = yield* notifiedPrefixes(outputs.moviesBucket)
    const missing = [prefix.csv, prefix.runs].filter((each) => !notified.includes(each))
    if (missing.length > 0) return failed(`S3 does not notify of new objects under ${missing.join(" and ")}`, redeploy)
    return ok(`each function with a queue is invoked, and S3 notifies of ${prefix.csv} and ${prefix.runs}`)
  },
  Effect.catchTag("AccountUnreadable", ({ detail }) => failedCall(detail))
)
