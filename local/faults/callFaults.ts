import { setTimeout as sleep } from "node:timers/promises"
import type { AuthorizedCall, CompletedCall, Interception } from "../cloud/executeCall.ts"
import type { ServiceName } from "../cloud/Service.ts"
import type { ActiveFault, FaultMatcher, FaultOnCall, FaultTarget } from "./ActiveFault.ts"

/** How each service says that it is asked too fast. */
const tooFast: Readonly<Record<ServiceName, { readonly status: number; readonly code: string }>> = {
  s3: { status: 503, code: "SlowDown" },
  sqs: { status: 400, code: "RequestThrottled" },
  dynamodb: { status: 400, code: "ProvisionedThroughputExceededException" },
  lambda: { status: 429, code: "TooManyRequestsException" },
  secretsmanager: { status: 400, code: "ThrottlingException" }
}

const failed = ({ status, code }: { readonly status: number; readonly code: string }): Interception => ({
  type: "error",
  status,
  code,
  message: "This is a fault of the scenario."
})

/** What happens after the call itself; everything else happens in its place. */
const later: ReadonlySet<string> = new Set(["answerLost", "killAfter"])

/** The faults of single calls, in the order in which they were given. */
export const callFaults = (
  { lambda, names }: FaultTarget,
  faults: ReadonlyArray<ActiveFault<FaultOnCall>>,
  fits: FaultMatcher
) => {
  const happening = (call: AuthorizedCall, isLater: boolean) =>
    faults.find(
      // sendFaults sees to those, since it has to send the rest of the batch.
      (one) =>
        one.fault.what.kind !== "refuseEntries" &&
        later.has(one.fault.what.kind) === isLater &&
        fits(one.fault, call) &&
        one.tryInject()
    )?.fault

  const kill = async (logical: string | undefined) => {
    const found = names.functions.find((each) => each.logical === logical)
    if (found !== undefined) await lambda.kill(found.physical)
  }

  return {
    before: async (call: AuthorizedCall): Promise<Interception | undefined> => {
      const fault = happening(call, false)
      switch (fault?.what.kind) {
        case "fail":
          return failed(fault.what)
        case "throttle":
          return failed(tooFast[call.service])
        case "answer":
          return { type: "reply", status: fault.what.status, headers: {}, body: fault.what.body }
        case "delay":
          await sleep(fault.what.delayMs)
          return undefined
        case "hang":
          // Until the caller hangs up or the cloud stops.
          return new Promise(() => {})
        case "killBefore":
          await kill(fault.function)
          return { type: "reset" }
        case "reset":
          return { type: "reset" }
        default:
          return undefined
      }
    },

    after: async (call: CompletedCall): Promise<"dropped" | undefined> => {
      if (call.status >= 300) return undefined
      const fault = happening(call, true)
      if (fault === undefined) return undefined
      if (fault.at === "function") await kill(fault.function)
      return "dropped"
    }
  }
}
