import { CannotRun } from "../../cli/CommandErrors.ts"
import type { ResourceName } from "../ResourceNames.ts"
import type { Fault, Scenario } from "./Scenario.ts"
import type { Site } from "./Site.ts"

const oneOf = (kind: string, name: string, known: ReadonlyArray<ResourceName>): string | undefined =>
  known.some(({ logical }) => logical === name)
    ? undefined
    : `names the ${kind} "${name}", but the program has ${known
        .map(({ logical }) => logical)
        .sort()
        .join(", ")}`

const whyImpossible = (fault: Fault, { names, omdb }: Site): string | undefined => {
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
export const requirePossible = ({ faults }: Scenario, site: Site): void => {
  for (const [index, fault] of faults.entries()) {
    const why = whyImpossible(fault, site)
    if (why !== undefined) throw new CannotRun({ message: `Fault ${index + 1} of --faults ${why}.` })
  }
}
