import * as Effect from "effect/Effect"
import { pluralize } from "../../cli/output.ts"
import { Account } from "../aws/Account.ts"
import { Stack } from "../Stack.ts"
import { findingsOf, notOnTheLocalCloud } from "./Finding.ts"

const alarms = findingsOf("Alarms")

export const checkAlarms = Effect.fnUntraced(function* (isLocal: boolean) {
  if (isLocal) return alarms.skipped(notOnTheLocalCloud)
  const { outputs, flags } = yield* Stack
  const found = yield* Effect.result(Account.use(({ alarmsOf }) => alarmsOf(outputs.alarmTopic)))
  if (found._tag === "Failure") return yield* alarms.failedCall(found.failure.detail)
  const all = found.success
  const names = (list: typeof all) => list.map(({ name }) => name).join(", ")
  if (all.length === 0) return alarms.failed("no alarm notifies the alarm topic", `npm run up -- ${flags}`)
  const disabled = all.filter(({ enabled }) => !enabled)
  if (disabled.length > 0) {
    return alarms.failed(
      `their actions are disabled: ${names(disabled)}`,
      `npm run pulumi -- refresh ${flags}, then npm run up -- ${flags}`
    )
  }
  const on = all.filter(({ state }) => state === "ALARM")
  if (on.length > 0) return alarms.warning(`on: ${names(on)}`, "Follow the runbook that its description names.")
  return alarms.ok(`${pluralize(all.length, "alarm")} in force, none is on`)
})

/** The subscriptions of the alarm topic, or those of the dataset topic, which needs none. */
export const checkSubscriptions = Effect.fnUntraced(function* (topic: "alarmTopic" | "datasetTopic", isLocal: boolean) {
  const { ok, failed, failedCall, skipped, warning } = findingsOf(
    topic === "alarmTopic" ? "Alarm receivers" : "Dataset receivers"
  )
  if (isLocal) return skipped(notOnTheLocalCloud)
  const { outputs, flags } = yield* Stack
  const found = yield* Effect.result(Account.use((account) => account.subscriptions(outputs[topic])))
  if (found._tag === "Failure") return yield* failedCall(found.failure.detail)
  const all = found.success
  if (all.length === 0) {
    if (topic === "datasetTopic") return ok("none")
    const set = `npm run pulumi -- config set alarmEmail YOU@EXAMPLE.COM ${flags}`
    return warning("no one receives the alarms", `${set}, then npm run up -- ${flags}`)
  }
  const pending = all.filter(({ confirmed }) => !confirmed).map(({ endpoint }) => endpoint)
  if (pending.length === 0) return ok(`confirmed: ${all.map(({ endpoint }) => endpoint).join(", ")}`)
  return failed(
    `not confirmed, so no message arrives: ${pending.join(", ")}`,
    "Follow the link in AWS's e-mail. AWS deletes the subscription after two days: see docs/operating.md."
  )
})
