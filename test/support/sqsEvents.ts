interface Received {
  readonly id?: string
  readonly receives?: number
}

/** A record as the event source mapping writes it; a text is its body as it is, anything else as JSON. */
export const sqsRecord = (body: unknown, { id = "m-1", receives = 1 }: Received = {}) => ({
  messageId: id,
  receiptHandle: `handle of ${id}`,
  body: typeof body === "string" ? body : JSON.stringify(body),
  attributes: {
    ApproximateReceiveCount: String(receives),
    SentTimestamp: "1763704800000",
    SenderId: "AIDAEXAMPLE",
    ApproximateFirstReceiveTimestamp: "1763704800123"
  },
  messageAttributes: {},
  md5OfBody: "",
  eventSource: "aws:sqs",
  eventSourceARN: "arn:aws:sqs:eu-central-1:000000000000:movies",
  awsRegion: "eu-central-1"
})

export const sqsEvent = (...records: ReadonlyArray<ReturnType<typeof sqsRecord>>) => ({ Records: records })

export const failed = (...ids: ReadonlyArray<string>) => ({
  batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier }))
})

/** A record of a FIFO queue; without an id it is the group's message of that number. */
export const fifoRecord = (group: string, id: string, body: unknown) => {
  const record = sqsRecord(body, { id })
  return { ...record, attributes: { ...record.attributes, MessageGroupId: group } }
}

export const fifoEvent = (...records: ReadonlyArray<ReturnType<typeof fifoRecord>>) => ({ Records: records })
