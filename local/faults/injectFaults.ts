import { CannotRun } from "../../cli/CommandErrors.ts"
import type { AuthorizedCall } from "../cloud/executeCall.ts"
import type { LocalStack } from "../LocalStack.ts"
import { json, type OmdbResponse, quota, unavailable, unknownMovie } from "../omdb/responses.ts"
import type { ResourceName } from "../ResourceNames.ts"
import type { Fault, FaultAt, FaultSchedule } from "./FaultSchedule.ts"

/** The stack into which faults are injected. Without the stand-in, OMDb is outside it and has no faults. */
type FaultTarget = Pick<LocalStack, "cloud" | "lambda" | "names" | "omdb">

export interface FaultInjection {
  /** A sentence for each fault that has not happened: a run without it does not show how it is handled. */
  readonly notInjected: () => ReadonlyArray<string>
}

/** Injects the faults of a schedule in place of all earlier ones. Throws CannotRun for an impossible fault. */
export const injectFaults = (
  target: FaultTarget,
  { faults }: FaultSchedule,
  onInjection: (sentence: string) => void = () => {}
): FaultInjection => {
  requirePossible(faults, target)
  const { cloud, lambda, names, omdb } = target
  const active = faults.map((fault, index) => new ActiveFault(fault, `Fault ${index + 1}`))

  /** Of the faults that match a call, injects the first one that is due. */
  const injectFirst = <F extends Fault>(isMatch: (fault: Fault) => fault is F): F["what"] | undefined => {
    for (const each of active) {
      const { fault, title } = each
      if (!isMatch(fault) || !each.tryInject()) continue
      onInjection(`${title}: ${describeFault(fault)}.`)
      return fault.what
    }
    return undefined
  }

  if (omdb !== undefined) {
    omdb.intercept = (id) => {
      const what = injectFirst((fault): fault is FaultAt<"omdb"> => fault.at === "omdb" && (fault.imdbId ?? id) === id)
      return what && omdbReply(what)
    }
  }

  const callerOf = ({ principalArn }: AuthorizedCall) =>
    names.functions.find(({ physical }) => lambda.roleArnOf(physical) === principalArn)
  const kill = async (call: AuthorizedCall) => {
    const caller = callerOf(call)
    if (caller !== undefined) await lambda.kill(caller.physical)
  }
  const isDue =
    (call: AuthorizedCall, isAfter: boolean) =>
    (fault: Fault): fault is FaultAt<"aws"> =>
      fault.at === "aws" &&
      fault.operation === call.operation &&
      isAfter === (fault.what.kind === "replyLost" || fault.what.kind === "killAfter") &&
      // The administrator creates resources and reads results.
      call.principalArn !== cloud.admin.arn &&
      (fault.function === undefined || callerOf(call)?.logical === fault.function) &&
      (fault.queue === undefined || call.resources.some((arn) => names.logicalName(arn) === fault.queue)) &&
      call.resources.some((arn) => arn.includes(fault.key ?? "")) &&
      [...call.resources, call.body.toString()].some((text) => text.includes(fault.imdbId ?? ""))

  cloud.interceptCall = async (call) => {
    const what = injectFirst(isDue(call, false))
    if (what === undefined) return undefined
    if (what.kind === "fail") return { type: "error", ...what, message: "This fault was injected." }
    await kill(call)
    return { type: "reset" }
  }
  cloud.interceptReply = async (call) => {
    if (call.status >= 300) return undefined
    const what = injectFirst(isDue(call, true))
    if (what?.kind === "killAfter") await kill(call)
    return what && "dropped"
  }

  return {
    notInjected: () =>
      active
        .filter(({ injections }) => injections === 0)
        .map(({ fault, title }) => `${title} did not happen: ${describeFault(fault)}.`)
  }
}

/** A fault, and how often it was injected. */
class ActiveFault {
  readonly fault: Fault
  readonly title: string
  injections = 0
  #skipped = 0

  constructor(fault: Fault, title: string) {
    this.fault = fault
    this.title = title
  }

  /** Decides and counts; to be called once for each call that the fault matches. */
  tryInject(): boolean {
    const { skip = 0, times = 1 } = this.fault
    if (this.injections === times) return false
    if (this.#skipped < skip) {
      this.#skipped += 1
      return false
    }
    this.injections += 1
    return true
  }
}

const omdbReply = (what: FaultAt<"omdb">["what"]): OmdbResponse =>
  what.kind === "custom"
    ? json(what.status, what.body)
    : { quota, unknownMovie, unavailable: unavailable[503] }[what.kind]

/** Such as `PutObject of enriched/ for tt0050083: fail`. */
const describeFault = (fault: Fault): string => {
  const { operation, function: caller, queue, key } = fault.at === "aws" ? fault : { operation: "OMDb" }
  const parts = [
    operation,
    caller && `by ${caller}`,
    queue && `to ${queue}`,
    key && `of ${key}`,
    fault.imdbId && `for ${fault.imdbId}`
  ]
  return `${parts.filter((part) => part !== undefined).join(" ")}: ${fault.what.kind}`
}

const requirePossible = (faults: ReadonlyArray<Fault>, target: FaultTarget): void => {
  for (const [index, fault] of faults.entries()) {
    const problem = whyImpossible(fault, target)
    if (problem !== undefined) throw new CannotRun({ message: `Fault ${index + 1} of --faults ${problem}.` })
  }
}

const whyImpossible = (fault: Fault, { names, omdb }: FaultTarget): string | undefined => {
  if (fault.at === "aws") {
    return unknownName("function", fault.function, names.functions) ?? unknownName("queue", fault.queue, names.queues)
  }
  return omdb === undefined ? "is at omdb, but --omdb-url names another than the stand-in" : undefined
}

const unknownName = (noun: string, name: string | undefined, known: ReadonlyArray<ResourceName>) => {
  const logicalNames = known.map(({ logical }) => logical).sort()
  return name === undefined || logicalNames.includes(name)
    ? undefined
    : `names the ${noun} "${name}", but the program has ${logicalNames.join(", ")}`
}
