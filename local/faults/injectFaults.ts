import { randomUUID } from "node:crypto"
import { GetObjectCommand } from "@aws-sdk/client-s3"
import { CannotRun } from "../../cli/CommandErrors.ts"
import type { AuthorizedCall, Interception } from "../cloud/executeCall.ts"
import type { OmdbStandIn } from "../omdb/startOmdb.ts"
import { type ResourceName, sourceListLocation } from "../ResourceNames.ts"
import { ActiveFault, describeFault, type FaultTarget, isFaultAt, makeFaultMatcher } from "./ActiveFault.ts"
import { callFaults, refuseCall } from "./callFaults.ts"
import type { Fault, FaultAt, FaultSchedule } from "./FaultSchedule.ts"
import { acknowledgementFaults, sendFaults } from "./messageFaults.ts"

export interface FaultInjection {
  /** A sentence for each fault that has not happened: a run without it does not show how it is handled. */
  readonly notInjected: () => ReadonlyArray<string>
}

/** Injects the faults of a schedule, which replace all earlier ones except those of OMDb. Throws CannotRun for an impossible fault. */
export const injectFaults = (
  target: FaultTarget,
  schedule: FaultSchedule,
  onInjection: (sentence: string) => void = () => {}
): FaultInjection => {
  requirePossible(schedule, target)
  const faults = schedule.faults.map(
    (fault, index) => new ActiveFault(fault, () => onInjection(`Fault ${index + 1}: ${describeFault(fault)}.`))
  )
  const { cloud, omdb } = target
  if (omdb !== undefined) for (const active of faults.filter(isFaultAt("omdb"))) addOmdbFault(target, omdb, active)

  const matches = makeFaultMatcher(target)
  const onCall = faults.filter(isFaultAt("s3", "sqs", "dynamodb", "secretsmanager", "function"))
  const calls = callFaults(target, onCall, matches)
  const interceptors = [
    sourceListFaults(target, faults),
    acknowledgementFaults(target, faults),
    sendFaults(target, faults, matches),
    calls.before
  ]
  // The administrator creates resources and reads results.
  const isOfPipeline = (principalArn: string) => principalArn !== cloud.admin.arn

  cloud.interceptCall = async (call) => {
    if (!isOfPipeline(call.principalArn)) return undefined
    let interception: Interception | undefined
    for (const intercept of interceptors) interception ??= await intercept(call)
    return interception
  }
  cloud.interceptReply = async (call) => (isOfPipeline(call.principalArn) ? calls.after(call) : undefined)

  return {
    notInjected: () =>
      faults.flatMap(({ fault, injections }, index) =>
        injections === 0 ? [`Fault ${index + 1} did not happen: ${describeFault(fault)}.`] : []
      )
  }
}

const requirePossible = ({ faults }: FaultSchedule, target: FaultTarget): void => {
  for (const [index, fault] of faults.entries()) {
    const problem = whyImpossible(fault, target)
    if (problem !== undefined) throw new CannotRun({ message: `Fault ${index + 1} of --faults ${problem}.` })
  }
}

const whyImpossible = (fault: Fault, { names, omdb }: FaultTarget): string | undefined => {
  if (fault.at === "omdb" && omdb === undefined) return "is at omdb, but --omdb-url names another than the stand-in"
  if ("function" in fault) {
    const unknown = unknownName("function", fault.function, names.functions)
    if (unknown !== undefined) return unknown
  }
  if (!("queue" in fault)) return undefined
  const queue = names.queues.find(({ logical }) => logical === fault.queue)
  if (queue === undefined) return unknownName("queue", fault.queue, names.queues)
  return fault.what.kind === "delay" && fault.at === "delivery" && queue.physical.endsWith(".fifo")
    ? `delays single messages of ${fault.queue}, a FIFO queue, which SQS cannot`
    : undefined
}

const unknownName = (noun: string, name: string, known: ReadonlyArray<ResourceName>): string | undefined => {
  const logicalNames = known.map(({ logical }) => logical).sort()
  return logicalNames.includes(name)
    ? undefined
    : `names the ${noun} "${name}", but the program has ${logicalNames.join(", ")}`
}

/** The stand-in counts the calls of its rules itself. */
const addOmdbFault = (target: FaultTarget, omdb: OmdbStandIn, active: ActiveFault<FaultAt<"omdb">>): void => {
  const { what, times = 1, skip, imdbId } = active.fault
  const rule = {
    ...(imdbId === undefined ? {} : { imdbId }),
    ...(skip === undefined ? {} : { skip }),
    ...(times === "always" ? {} : { times })
  }
  omdb.addRule({ ...rule, failure: what.kind === "rotateKey" ? { kind: "invalidKey" } : what }, () => {
    active.recordInjection()
    if (what.kind === "rotateKey") rotateKey(target, omdb)
  })
}

const rotateKey = ({ cloud, program }: FaultTarget, omdb: OmdbStandIn) => {
  const key = `rotated-${randomUUID()}`
  omdb.setKey(key)
  for (const { inputs, type } of program.resources) {
    if (type.startsWith("aws:secretsmanager/secretVersion:")) cloud.secrets.put(String(inputs["secretId"]), key)
  }
}

/** Replaces what a function reads as the source list; the object stays as it is. */
const sourceListFaults = ({ cloud, program }: FaultTarget, faults: ReadonlyArray<ActiveFault>) => {
  const { bucket, key, region } = sourceListLocation(program)
  const ofList = faults.filter(isFaultAt("list"))
  const arn = `arn:aws:s3:::${bucket}/${key}`

  return async ({ operation, resources }: AuthorizedCall): Promise<Interception | undefined> => {
    if (operation !== "GetObject" || !resources.includes(arn)) return undefined
    const what = ofList.find((active) => active.tryInject())?.fault.what
    if (what === undefined) return undefined
    if (what.kind === "forbidden") return refuseCall({ status: 403, code: "AccessDenied" })
    const { Body } = await cloud.clients.s3In(region).send(new GetObjectCommand({ Bucket: bucket, Key: key }))
    const body = ((await Body?.transformToString()) ?? "").replaceAll(/\r?\n/g, "\r\n")
    return { type: "reply", status: 200, headers: { "content-type": "application/json", etag: '"crlf"' }, body }
  }
}
