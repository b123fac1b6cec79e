interface Receive {
  readonly id?: string
  readonly receiveCount?: number
  /** The message group: FIFO queues only. */
  readonly group?: string
}

/** A record as the event source mapping sends it. A body that is not a string is sent as JSON. */
export const sqsRecord = (body: unknown, { id = "m-1", receiveCount = 1, group }: Receive = {}) => ({
  messageId: id,
  receiptHandle: `handle of ${id}`,
  body: typeof body === "string" ? body : JSON.stringify(body),
  attributes: {
    ApproximateReceiveCount: String(receiveCount),
    SentTimestamp: "1763704800000",
    SenderId: "AIDAEXAMPLE",
    ApproximateFirstReceiveTimestamp: "1763704800123",
    ...(group === undefined ? {} : { MessageGroupId: group })
  },
  messageAttributes: {},
  md5OfBody: "",
  eventSource: "aws:sqs",
  eventSourceARN: "arn:aws:sqs:eu-central-1:000000000000:movies",
  awsRegion: "eu-central-1"
})

export const sqsEvent = (...records: ReadonlyArray<ReturnType<typeof sqsRecord>>) => ({ Records: records })

/** The partial batch response that reports these messages failed. */
export const failed = (...ids: ReadonlyArray<string>) => ({
  batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier }))
})
