import { setTimeout as sleep } from "node:timers/promises"
import type { AuthorizedCall, CompletedCall, Interception } from "../cloud/executeCall.ts"
import type { ServiceName } from "../cloud/Service.ts"
import type { ActiveFault, FaultMatcher, FaultOnCall, FaultTarget } from "./ActiveFault.ts"

interface ServiceError {
  readonly status: number
  readonly code: string
}

const throttlingErrors: Readonly<Record<ServiceName, ServiceError>> = {
  s3: { status: 503, code: "SlowDown" },
  sqs: { status: 400, code: "RequestThrottled" },
  dynamodb: { status: 400, code: "ProvisionedThroughputExceededException" },
  lambda: { status: 429, code: "TooManyRequestsException" },
  secretsmanager: { status: 400, code: "ThrottlingException" }
}

export const refuseCall = ({ status, code }: ServiceError): Interception => ({
  type: "error",
  status,
  code,
  message: "This fault was injected."
})

/** These apply after the call has succeeded, all others instead of it. */
const afterSuccess: ReadonlySet<string> = new Set(["answerLost", "killAfter"])

/** Faults of single calls: the first in the schedule that matches applies. */
export const callFaults = (
  { lambda, names }: FaultTarget,
  faults: ReadonlyArray<ActiveFault<FaultOnCall>>,
  matches: FaultMatcher
) => {
  const nextFault = (call: AuthorizedCall, isAfter: boolean) =>
    faults.find(
      (active) =>
        // sendFaults handles these, since it has to send the rest of the batch.
        active.fault.what.kind !== "refuseEntries" &&
        afterSuccess.has(active.fault.what.kind) === isAfter &&
        matches(active.fault, call) &&
        active.tryInject()
    )?.fault

  const kill = async (logical: string | undefined) => {
    const found = names.functions.find((each) => each.logical === logical)
    if (found !== undefined) await lambda.kill(found.physical)
  }

  return {
    before: async (call: AuthorizedCall): Promise<Interception | undefined> => {
      const fault = nextFault(call, false)
      switch (fault?.what.kind) {
        case "fail":
          return refuseCall(fault.what)
        case "throttle":
          return refuseCall(throttlingErrors[call.service])
        case "delay":
          await sleep(fault.what.delayMs)
          return undefined
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
      const fault = nextFault(call, true)
      if (fault?.at === "function") await kill(fault.function)
      return fault === undefined ? undefined : "dropped"
    }
  }
}
