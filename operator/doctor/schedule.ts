import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { nextRuns } from "../../infra/nextRuns.ts"
import { Account } from "../aws/Account.ts"
import { Stack } from "../Stack.ts"
import { inWords } from "../schedule/inWords.ts"
import { findingsOf } from "./Finding.ts"

const { ok, failed, failedCall, skipped, warning } = findingsOf("Schedule")

export const checkSchedule = Effect.fnUntraced(function* (isLocal: boolean) {
  const { outputs, flags } = yield* Stack
  if (isLocal) return skipped(`the local cloud starts no runs by itself: npm run etl -- run ${flags}`)
  const found = yield* Effect.result(Account.use(({ schedule }) => schedule(outputs.schedule)))
  const redeploy = `npm run pulumi -- refresh ${flags}, then npm run up -- ${flags}`
  if (found._tag === "Failure") {
    const { detail, isMissing } = found.failure
    return isMissing ? failed(`${outputs.schedule} does not exist`, redeploy) : yield* failedCall(detail)
  }
  const { enabled, expression, timeZone } = found.success
  if (!enabled) {
    return outputs.schedulePaused
      ? warning("it is paused: no run starts", `npm run etl -- resume ${flags}`)
      : failed("it is disabled, although the stack's settings do not pause it", redeploy)
  }
  const zone = DateTime.zoneMakeNamed(timeZone)
  const next = Option.isSome(zone) ? nextRuns(expression, zone.value, yield* DateTime.now, 3) : []
  const times = next.map((time) => DateTime.formatIsoOffset(time).replace(/:\d\d\.\d+/, ""))
  const after = times.length === 0 ? "its times are not known here" : `next: ${times.join(", ")}`
  return ok(`${inWords(expression)}, ${timeZone}; ${after}`)
})
