import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as ChildProcess from "effect/process/ChildProcess"
import { ChildProcessSpawner } from "effect/process/ChildProcessSpawner"
import { type Finding, findingsOf } from "./Finding.ts"

/** The version of the functions. */
const functionsMajor = 24

export const checkNode = (version: string): Finding => {
  const { ok, warning } = findingsOf("Node")
  const [major = 0] = version.split(".").map(Number)
  return major === functionsMajor
    ? ok(`Node ${version}, as the functions`)
    : warning(`Node ${version}, and the functions run on Node ${functionsMajor}`, `Install Node ${functionsMajor}.`)
}

const pulumi = findingsOf("Pulumi CLI")

/** The first use of the npm package downloads the CLI, which an offline machine would wait for. Only deployed stacks need it. */
export const checkPulumi = Effect.fnUntraced(function* (isNeeded: boolean) {
  const spawner = yield* ChildProcessSpawner
  const output = yield* spawner.string(ChildProcess.make("pulumi", ["version"], { stderr: "ignore" })).pipe(
    Effect.timeout("20 seconds"),
    Effect.orElseSucceed(() => "")
  )
  const [version] = /v?\d+\.\d+\.\d+\S*/.exec(output) ?? []
  if (version !== undefined) return pulumi.ok(`Pulumi ${version.replace(/^v/, "")}`)
  const remedy = "Run npm ci, then npm run pulumi -- version, with a connection."
  return isNeeded
    ? pulumi.failed("pulumi version prints no version", remedy)
    : pulumi.warning("pulumi version prints no version, and deployed stacks need it", remedy)
})

const clock = findingsOf("Clock")

/** Compares this machine's clock with the Date header of a server. AWS refuses requests that are signed five minutes off. */
export const checkClock = Effect.fnUntraced(
  function* (url: string) {
    const before = yield* Clock.currentTimeMillis
    const { headers } = yield* HttpClient.head(url)
    const after = yield* Clock.currentTimeMillis
    const date = Date.parse(headers["date"] ?? "")
    if (Number.isNaN(date)) return clock.skipped(`${url} sends no date`)
    // The header has whole seconds.
    const ahead = Math.max(before - date - 1_000, 0) || Math.min(after - date, 0)
    const difference = `${Duration.format(Duration.seconds(Math.abs(Math.round(ahead / 1_000))))} ${ahead > 0 ? "ahead of" : "behind"} AWS`
    const remedy = "Set the clock with a time server, for example timedatectl set-ntp true."
    if (Math.abs(ahead) < 30_000) return clock.ok("as AWS's, within 30 seconds")
    return Math.abs(ahead) < 240_000
      ? clock.warning(difference, remedy)
      : clock.failed(`${difference}, which refuses requests that are signed five minutes off`, remedy)
  },
  Effect.timeout("10 seconds"),
  Effect.orElseSucceed(() => clock.skipped("AWS does not answer, so its time is not known"))
)
