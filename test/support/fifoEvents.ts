import { sqsRecord } from "./sqsEvents.ts"

/** A record of a FIFO queue; without an id it is the group's message of that number. */
export const fifoRecord = (group: string, id: string, body: unknown) => {
  const record = sqsRecord(body, { id })
  return { ...record, attributes: { ...record.attributes, MessageGroupId: group } }
}

export const fifoEvent = (...records: ReadonlyArray<ReturnType<typeof fifoRecord>>) => ({ Records: records })
