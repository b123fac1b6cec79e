import { CannotRun } from "../../cli/CommandErrors.ts"
import type { Interception } from "../cloud/executeCall.ts"
import type { ResourceName } from "../ResourceNames.ts"
import { ActiveFault, describeFault, type FaultTarget, isFaultAt, makeFaultMatcher } from "./ActiveFault.ts"
import { callFaults } from "./callFaults.ts"
import type { Fault, FaultSchedule } from "./FaultSchedule.ts"
import { acknowledgementFaults, sendFaults } from "./messageFaults.ts"
import { addOmdbFault, sourceListFaults } from "./sourceFaults.ts"

export interface FaultInjection {
  /** A sentence for each fault that has not happened yet: a run that did not meet it shows nothing about it. */
  readonly notInjected: () => ReadonlyArray<string>
}

/** Puts a scenario in force, in place of any before it but for those at OMDb. Throws CannotRun where one is impossible. */
export const injectFaults = (
  site: FaultTarget,
  scenario: FaultSchedule,
  onHappened: (sentence: string) => void = () => {}
): FaultInjection => {
  requireInjectable(scenario, site)
  const faults = scenario.faults.map(
    (fault, index) => new ActiveFault(fault, () => onHappened(`Fault ${index + 1}: ${describeFault(fault)}.`))
  )
  if (site.omdb !== undefined) for (const one of faults.filter(isFaultAt("omdb"))) addOmdbFault(site, site.omdb, one)

  const fits = makeFaultMatcher(site)
  const calls = callFaults(site, faults.filter(isFaultAt("s3", "sqs", "dynamodb", "secretsmanager", "function")), fits)
  const inTurn = [
    sourceListFaults(site, faults),
    acknowledgementFaults(site, faults),
    sendFaults(site, faults, fits),
    calls.before
  ]
  const { cloud } = site
  // The operator's calls are those that provision, look and mend.
  const isOurs = (principalArn: string) => principalArn !== cloud.admin.arn

  cloud.interceptCall = async (call) => {
    if (!isOurs(call.principalArn)) return undefined
    let instead: Interception | undefined
    for (const interfere of inTurn) instead ??= await interfere(call)
    return instead
  }
  cloud.interceptReply = async (call) => (isOurs(call.principalArn) ? calls.after(call) : undefined)

  return {
    notInjected: () =>
      faults.flatMap(({ fault, injections: happened }, index) =>
        happened === 0 ? [`Fault ${index + 1} never happened: ${describeFault(fault)}.`] : []
      )
  }
}

const oneOf = (kind: string, name: string, known: ReadonlyArray<ResourceName>): string | undefined =>
  known.some(({ logical }) => logical === name)
    ? undefined
    : `names the ${kind} "${name}", but the program has ${known
        .map(({ logical }) => logical)
        .sort()
        .join(", ")}`

const whyImpossible = (fault: Fault, { names, omdb }: FaultTarget): string | undefined => {
  if (fault.at === "omdb" && omdb === undefined) return "is at omdb, but --omdb-url names another than the stand-in"
  if ("function" in fault) {
    const unknown = oneOf("function", fault.function, names.functions)
    if (unknown !== undefined) return unknown
  }
  if (!("queue" in fault)) return undefined
  const queue = names.queues.find(({ logical }) => logical === fault.queue)
  if (queue === undefined) return oneOf("queue", fault.queue, names.queues)
  return fault.what.kind === "delay" && fault.at === "delivery" && queue.physical.endsWith(".fifo")
    ? `delays single messages of ${fault.queue}, a FIFO queue, which SQS cannot`
    : undefined
}

/** Throws CannotRun for a fault that could never happen on this stack. */
export const requireInjectable = ({ faults }: FaultSchedule, site: FaultTarget): void => {
  for (const [index, fault] of faults.entries()) {
    const why = whyImpossible(fault, site)
    if (why !== undefined) throw new CannotRun({ message: `Fault ${index + 1} of --faults ${why}.` })
  }
}
