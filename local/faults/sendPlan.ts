import * as Schema from "effect/Schema"
import type { InForce } from "./InForce.ts"
import type { DeliveryFault, FaultAt } from "./Scenario.ts"

/** As much of a message as the pipeline sends. */
const Message = Schema.Struct({
  MessageBody: Schema.String,
  MessageGroupId: Schema.optionalKey(Schema.String),
  MessageDeduplicationId: Schema.optionalKey(Schema.String),
  DelaySeconds: Schema.optionalKey(Schema.Int)
})
export const Entry = Schema.Struct({ Id: Schema.String, ...Message.fields })
export type Entry = typeof Entry.Type

type Refusal = Extract<FaultAt<"sqs">["what"], { readonly kind: "refuseEntries" }>

export interface SendPlan {
  /** What stands on the queue in the end. */
  readonly toSend: ReadonlyArray<Entry>
  /** Why an entry is refused, by its id. */
  readonly refused: ReadonlyMap<string, Refusal>
}

/** What stands on the queue in place of one message. */
const changed = (entry: Entry, what: DeliveryFault): ReadonlyArray<Entry> => {
  switch (what.kind) {
    case "duplicate": {
      const id = entry.MessageDeduplicationId
      return [entry, id === undefined ? entry : { ...entry, MessageDeduplicationId: `${id}-twice` }]
    }
    case "delay":
      return [{ ...entry, DelaySeconds: what.seconds }]
    case "replace":
      return [{ ...entry, MessageBody: entry.MessageBody.replaceAll(what.find, () => what.with) }]
    default:
      return [entry]
  }
}

const changes = ({ imdbId, what }: FaultAt<"delivery">, { MessageBody }: Entry): boolean => {
  if (!MessageBody.includes(imdbId ?? "")) return false
  if (what.kind === "replace") return MessageBody.includes(what.find)
  return what.kind === "duplicate" || what.kind === "delay"
}

const refusedOf = (entries: ReadonlyArray<Entry>, faults: ReadonlyArray<InForce<FaultAt<"sqs">>>) => {
  const refused = new Map<string, Refusal>()
  for (const one of faults) {
    const { imdbId, what } = one.fault
    if (what.kind !== "refuseEntries") continue
    const about = entries.filter(({ Id, MessageBody }) => !refused.has(Id) && MessageBody.includes(imdbId ?? ""))
    if (about.length === 0 || !one.happensNow()) continue
    const most = what.entries ?? (imdbId === undefined ? 1 : about.length)
    for (const { Id } of about.slice(0, most)) refused.set(Id, what)
  }
  return refused
}

/** What becomes of messages that are sent together, in the order of the faults; undefined: what would without them. */
export const sendPlan = (
  entries: ReadonlyArray<Entry>,
  refusals: ReadonlyArray<InForce<FaultAt<"sqs">>>,
  deliveries: ReadonlyArray<InForce<FaultAt<"delivery">>>
): SendPlan | undefined => {
  const refused = refusedOf(entries, refusals)
  let isChanged = refused.size > 0
  let toSend = entries.filter(({ Id }) => !refused.has(Id))
  for (const one of deliveries) {
    const { fault } = one
    const happens = (fits: boolean): boolean => {
      const now = fits && one.happensNow()
      isChanged ||= now
      return now
    }
    if (fault.what.kind === "reorder") {
      if (happens(toSend.length > 1)) toSend = toSend.toReversed()
    } else {
      toSend = toSend.flatMap((entry) => (happens(changes(fault, entry)) ? changed(entry, fault.what) : [entry]))
    }
  }
  return isChanged ? { toSend, refused } : undefined
}
